"""The Celery application. Tasks carry a job id only; the truth is the job row (see jobs/)."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_before_create_process

from jobs.schedule import beat_schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect  # type: ignore[untyped-decorator]
def add_schedule(sender: Celery, **_: Any) -> None:
    sender.conf.beat_schedule |= beat_schedule()


@worker_before_create_process.connect  # type: ignore[untyped-decorator]
def share_memory(**_: Any) -> None:
    """Keep the collector from touching (so copying) what the pool's processes share."""
    gc.collect()
    gc.freeze()
