"""schema.json: what each data file holds, from the data map and the models."""

import json
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from accounts.data_map import FieldEntry, ModelEntry
from portal.exporting.tables import data_path, exported_models
from portal.exporting.values import model_of
from portal.exporting.writing import Writing

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANYTHING: dict[str, Any] = {}
_BY_KIND: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "format": "uuid"},
    "link": {"type": "string", "format": "uuid"},
    "links": {"type": "array", "items": {"type": "string", "format": "uuid"}},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "money": {"type": "integer", "description": "分 / fen"},
    "yes-no": {"type": "boolean"},
    "who": {"enum": ["you", "staff", None]},
    "file": {"type": ["string", "null"], "description": "path in this copy"},
    "sealed": ANYTHING,
    "codes": ANYTHING,
}


def put_schema(writing: Writing) -> None:
    text = json.dumps(export_schema(), ensure_ascii=False, indent=1)
    writing.put_text("schema.json", [text])


def export_schema() -> dict[str, Any]:
    """One document: a definition a table, and which file holds an array of it."""
    models = exported_models()
    return {
        "$schema": DIALECT,
        "title": "limit-ledger-export/1",
        "type": "object",
        "properties": {data_path(entry): _file(entry) for entry in models},
        "$defs": {entry.label: _row(entry) for entry in models},
    }


def _file(entry: ModelEntry) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{entry.label}"}}


def _row(entry: ModelEntry) -> dict[str, Any]:
    names = [field.name for field in entry.exported]
    return {
        "title": entry.what.en,
        "description": entry.what.zh,
        "type": "object",
        "properties": {field.name: _field(entry, field) for field in entry.exported},
        "required": names,
        "additionalProperties": False,
    }


def _field(entry: ModelEntry, field: FieldEntry) -> dict[str, Any]:
    column = model_of(entry)._meta.get_field(field.name)
    if not isinstance(column, models.Field):
        raise FieldDoesNotExist(field.name)
    told = _BY_KIND.get(field.kind)
    if told is None or isinstance(column, models.JSONField):
        told = _by_column(column)
    if isinstance(column, models.ManyToManyField) or "type" not in told:
        return told
    return {**told, "type": [told["type"], "null"]} if _may_be_null(column, told) else told


def _may_be_null(column: Any, told: dict[str, Any]) -> bool:
    return bool(column.null) and isinstance(told["type"], str)


def _by_column(column: Any) -> dict[str, Any]:
    if isinstance(column, models.JSONField):
        return ANYTHING
    if isinstance(column, models.BooleanField):
        return {"type": "boolean"}
    if isinstance(column, models.IntegerField):
        return {"type": "integer"}
    return {"type": "number"} if isinstance(column, models.FloatField) else {"type": "string"}
