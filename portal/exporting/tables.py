"""Every table as a JSON array, written row by row."""

import json
from collections.abc import Iterator

from django.core.serializers.json import DjangoJSONEncoder

from accounts.data_map import ModelEntry, data_map
from jobs.registry import Progress
from portal.exporting.values import row_json, rows_of
from portal.exporting.writing import Writing

REPORT_EVERY = 500


def data_path(entry: ModelEntry) -> str:
    return f"data/{entry.label}.json"


def exported_models() -> list[ModelEntry]:
    return [entry for entry in data_map().models.values() if entry.is_exported]


def put_tables(writing: Writing, progress: Progress) -> None:
    models = exported_models()
    for number, entry in enumerate(models, 1):
        writing.put_text(data_path(entry), _array(entry, writing, progress))
        progress(70 + 15 * number // len(models), "")


def _array(entry: ModelEntry, writing: Writing, progress: Progress) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows_of(entry, writing.owner)):
        yield "\n" if number == 0 else ",\n"
        said = row_json(entry, row, writing)
        yield json.dumps(said, ensure_ascii=False, cls=DjangoJSONEncoder)
        if number % REPORT_EVERY == REPORT_EVERY - 1:
            progress(75, "")  # keeps the lease of the job
    yield "\n]\n"
