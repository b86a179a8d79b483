"""SQL functions with which a query makes notices by itself. The same on SQLite and PostgreSQL."""

from typing import Any

from django.db import models
from django.db.models import Func


class RandomUUID(Func):
    """A new UUID (version 4) for every row."""

    arity = 0
    output_field = models.UUIDField()

    def get_group_by_cols(self) -> list[Any]:
        """None: a group gets one."""
        return []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """32 hexadecimal characters, as Django keeps a UUID here: 48 random bits, the version,
        12 bits, the variant (8, 9, a or b), 12 bits, 48 bits."""
        template = (
            "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || "
            "substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || "
            "hex(randomblob(6)))"
        )
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="gen_random_uuid()", **context)


class DashedUUID(Func):
    """A UUID as `str()` writes it in Python: with dashes, in lower case."""

    arity = 1
    output_field = models.CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The value is evaluated five times: give it a column."""
        parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        template = " || '-' || ".join(f"substr(%(expressions)s, {at}, {n})" for at, n in parts)
        return self.as_sql(compiler, connection, template=f"({template})", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::text", **context)
