"""Gunicorn's hooks: what is loaded before the fork is shared by the workers."""

import gc

from django.urls import get_resolver


def when_ready(server: object) -> None:
    """Load every view now, and keep the collector from touching (so copying) the shared pages."""
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
