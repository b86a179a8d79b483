"""Is the process alive, is the site ready, which version is it."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from guidance import content
from guidance.domain.loading import ContentError
from inputs.clock import today
from jobs.services import oldest_claimable_age

MIN_FREE_BYTES = 200 * 1024 * 1024
HORIZON_DAYS = 20  # the longest institution deadline that is counted in rest days

Finding = dict[str, Any]


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when everything needed to serve people works, 503 with the names of what does not.

    The holiday horizon warns but does not fail: past it, deadlines are shown as provisional.
    """
    checks: dict[str, Callable[[], Finding]] = {
        "database": _database,
        "migrations": _migrations,
        "jobs": _jobs,
        "content": _content,
        "holidays": _holidays,
        "disk": _disk,
    }
    found = {name: _guarded(check) for name, check in checks.items()}
    ok = all(finding["ok"] for finding in found.values())
    return JsonResponse({"ok": ok, "checks": found}, status=200 if ok else 503)


@require_safe
def version(request: HttpRequest) -> HttpResponse:
    try:
        content_version = content.current().version
    except (ContentError, DatabaseError):
        content_version = None
    return JsonResponse({"version": settings.VERSION, "content_version": content_version})


def _guarded(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (DatabaseError, ContentError, OSError) as error:
        return {"ok": False, "error": type(error).__name__}


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True, "vendor": connection.vendor}


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"ok": not missing, "missing": len(missing)}


def _jobs() -> Finding:
    age = oldest_claimable_age(timezone.now())
    seconds = int(age.total_seconds()) if age else 0
    return {
        "ok": timedelta(seconds=seconds) <= timedelta(seconds=settings.READY_MAX_JOB_AGE_SECONDS),
        "oldest_claimable_seconds": seconds,
    }


def _content() -> Finding:
    return {"ok": True, "version": content.current().version}


def _holidays() -> Finding:
    known_until = content.current().holidays.known_until
    far_enough = known_until is not None and known_until >= today() + timedelta(days=HORIZON_DAYS)
    return {
        "ok": True,
        "known_until": known_until.isoformat() if known_until else None,
        "warning": not far_enough,
    }


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return {"ok": free >= MIN_FREE_BYTES, "free_mb": free // 1024 // 1024}
