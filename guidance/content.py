"""Reading the reviewed files into the database, and the database into `Knowledge`."""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import yaml
from django.db import transaction
from django.utils import timezone

from guidance.domain.loading import BY_FILE, ContentError, Problem, build_knowledge
from guidance.domain.records import Knowledge
from guidance.enums import Origin
from guidance.models import ContentRelease, Record
from inputs.clock import today

DATA = Path(__file__).parent / "data"
CHECK_SECONDS = 10.0  # how long a process may serve the version before the newest

Files = dict[str, list[dict[str, Any]]]


class _LineLoader(yaml.SafeLoader):
    """SafeLoader that remembers on which line a record starts."""


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> dict[str, Any]:
    value: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    if any(getattr(key, "value", None) == "slug" for key, _ in node.value):
        value["__line__"] = node.start_mark.line + 1
    return value


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_files(directory: Path = DATA) -> Files:
    """Every `*.yaml` of the directory as lists of mappings. Raises ContentError with the line."""
    files: Files = {}
    for path in sorted(directory.glob("*.yaml")):
        try:
            loaded = yaml.load(path.read_text(encoding="utf-8"), _LineLoader)  # noqa: S506  # nosec B506  (a SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise ContentError([Problem(path.stem, "-", line, str(error.problem))]) from error
        if not isinstance(loaded, list) or not all(isinstance(row, dict) for row in loaded):
            raise ContentError([Problem(path.stem, "-", 1, "must be a list of records")])
        files[path.stem] = [_without_inner_lines(row) for row in loaded]
    return files


def _without_inner_lines(row: dict[str, Any]) -> dict[str, Any]:
    line = row.get("__line__")
    cleaned = _strip(row)
    assert isinstance(cleaned, dict)
    return cleaned | {"__line__": line}


def _strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strip(item) for key, item in value.items() if key != "__line__"}
    if isinstance(value, list):
        return [_strip(item) for item in value]
    return value


def version_of(files: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Twelve hex digits over all records, whatever the order of keys."""
    plain = {
        kind: [{key: value for key, value in row.items() if key != "__line__"} for row in rows]
        for kind, rows in files.items()
    }
    return hashlib.sha256(_json(plain).encode()).hexdigest()[:12]


def _json(value: Any) -> str:
    built = msgspec.to_builtins(value, str_keys=True)
    return json.dumps(built, ensure_ascii=False, sort_keys=True)


@transaction.atomic
def sync(directory: Path = DATA) -> ContentRelease:
    """Load the files whole or not at all; retire rows whose record is gone.

    Safe to run twice: unchanged content makes no new release. Rows that staff added stay.
    """
    files = read_files(directory)
    build_knowledge(files, "check")
    existing = {(row.kind, row.slug): row for row in Record.objects.filter(origin=Origin.FILE)}
    fresh: list[Record] = []
    changed: list[Record] = []
    for kind, rows in files.items():
        for position, raw in enumerate(rows):
            row = existing.pop((kind, raw["slug"]), None)
            data = json.loads(_json({k: v for k, v in raw.items() if k != "__line__"}))
            if row is None:
                fresh.append(_filled(Record(kind=kind, slug=raw["slug"]), data, position))
            elif row.data != data or row.position != position or row.retired_at:
                changed.append(_filled(row, data, position))
    gone = [row.pk for row in existing.values() if row.retired_at is None]
    Record.objects.bulk_create(fresh)
    Record.objects.bulk_update(changed, [*COLUMNS, "data", "position", "retired_at"])
    Record.objects.filter(pk__in=gone).update(retired_at=timezone.now())
    return _release()


COLUMNS = (
    "code",
    "title_zh",
    "title_en",
    "strength",
    "reviewed_on",
    "review_due_on",
    "valid_from",
    "valid_to",
)


def _filled(row: Record, data: dict[str, Any], position: int) -> Record:
    row.code = data.get("code", "")
    row.title_zh, row.title_en = data["title"]["zh"], data["title"]["en"]
    row.strength = data["strength"]
    row.reviewed_on, row.review_due_on = data["reviewed_on"], data["review_due_on"]
    row.valid_from, row.valid_to = data.get("valid_from"), data.get("valid_to")
    row.data, row.position, row.retired_at = data, position, None
    return row


def _release() -> ContentRelease:
    files = stored_files()
    version = version_of(files)
    newest = ContentRelease.objects.first()
    if newest is not None and newest.version == version:
        return newest
    counts = {kind: len(rows) for kind, rows in files.items()}
    return ContentRelease.objects.create(version=version, counts=counts)


def stored_files() -> Files:
    """The active records as the files would say them."""
    files: Files = defaultdict(list)
    for kind, data in Record.objects.active().values_list("kind", "data"):
        files[kind].append(data)
    return {kind: files[kind] for kind in BY_FILE if kind in files}


class _Cache:
    """The newest `Knowledge` of this process, with the rules in force today; version and day are
    looked up at most every 10 s."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.knowledge: Knowledge | None = None
        self.day: date | None = None
        self.checked_at = -CHECK_SECONDS

    def get(self) -> Knowledge:
        if self.knowledge is not None and time.monotonic() - self.checked_at < CHECK_SECONDS:
            return self.knowledge
        with self.lock:
            release = ContentRelease.objects.first()
            if release is None:
                raise ContentError([Problem("*", "-", None, "no content loaded: sync_content")])
            day = today()
            if self.knowledge is None or self.knowledge.version != release.version:
                self.knowledge = build_knowledge(stored_files(), release.version).as_of(day)
            elif self.day != day:
                self.knowledge = self.knowledge.as_of(day)
            self.day = day
            self.checked_at = time.monotonic()
            return self.knowledge

    def clear(self) -> None:
        """Look the version up at the next read. It is a hash over the content, so what was built
        for it stays true."""
        self.checked_at = -CHECK_SECONDS


_cache = _Cache()
current = _cache.get
forget = _cache.clear


@transaction.atomic
def save_staff_record(row: Record) -> ContentRelease:
    """Store a record that staff added or changed (already checked) and make a new release."""
    row.origin, row.slug = Origin.STAFF, row.data["slug"]
    _filled(row, row.data, row.position or 10_000).save()
    return _release()
