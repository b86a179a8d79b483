"""The site's settings, narrowed to the job table and the ledger, with short leases."""

import os

from portal.settings import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.contenttypes", "jobs", "tests.jobs.ledger"]
MIDDLEWARE = []
ROOT_URLCONF = "tests.jobs.ledger.urls"
MIGRATION_MODULES = {"ledger": None}
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("LEDGER_QUEUE", "ledger")
JOB_LEASE_SECONDS = 2
JOB_SWEEP_SECONDS = 1
JOB_RETRY_SECONDS = 0.1
JOB_MAX_TRIES = 50  # the test kills far more often than a poison job would
LOGGING = {}
