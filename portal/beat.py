"""The clock of the site: sends the schedule and nothing else.

A Celery application without tasks and without Django's apps, because a beat that loads the whole
site costs as much memory as a worker.
"""

from celery import Celery
from celery.loaders.app import AppLoader

from jobs.schedule import beat_schedule


class NoTasks(AppLoader):  # type: ignore[misc]
    """Imports no task modules, which would set up Django."""

    def import_default_modules(self) -> list[object]:
        return []


app = Celery("portal", loader=NoTasks, fixups=(), set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = beat_schedule()
