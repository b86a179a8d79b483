"""Structured logs: one JSON object a line, with ids and never a user's text.

Views and workers log `event` names and ids only. Django's own request logger is kept, but without
the query string or body; tracebacks carry file names and lines, no local variables and no
exception text, because an exception may quote the document it failed on.
"""

import logging
import traceback
from typing import Any

import structlog


def _only_where(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Turn exception information into class names and places."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0]:
        frames = traceback.extract_tb(info[2])[-6:]
        event["error"] = f"{info[0].__module__}.{info[0].__qualname__}"
        event["at"] = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames]
    return event


def _drop_arguments(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Third-party records: keep the template of the message, drop what was filled in."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None and not event.get("_from_structlog"):
        event["event"] = str(record.msg)[:200]
        request = getattr(record, "request", None)
        status = getattr(record, "status_code", None)
        if status:
            event["status"] = status
        if request is not None:
            match = getattr(request, "resolver_match", None)
            event["route"] = getattr(match, "route", "")
            event["method"] = getattr(request, "method", "")
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [
                _drop_arguments,
                _only_where,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "celery": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
