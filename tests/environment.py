"""Loaded before Django's settings: tests get a data folder of their own and no machine's .env."""

import os
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="limit-ledger-test-")
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "")
for name in (
    "SITE_URL",
    "PRODUCTION",
    "DEBUG",
    "EMAIL_URL",
    "S3_BUCKET",
    "S3_KEYS_BUCKET",
    "ALLOWED_HOSTS",
):
    os.environ.pop(name, None)
