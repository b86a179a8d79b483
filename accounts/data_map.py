"""What the site keeps of a person, read from data_map.yaml: every table and every field.

The export is written from it, deletion is checked against it, and /privacy/data/ shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).with_name("data_map.yaml")
SELF, NONE = "self", "none"
ERASED = frozenset({"cascade", "job", "none"})


class MapBroken(ValueError):
    """The file says something that cannot be; the text says where."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str

    def said(self, *, english: bool) -> str:
        return self.en if english else self.zh


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """One field; `why_not` says why it is not in the export, None for one that is."""

    name: str
    kind: str
    label: Words
    why_not: Words | None

    @property
    def is_exported(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One table. `person` is the path of fields from a row to its person, "self" or "none"."""

    label: str
    group: str
    what: Words
    person: str
    why_none: Words | None
    kept: Words
    erased: str
    not_exported: Words | None
    fields: tuple[FieldEntry, ...]

    @property
    def is_personal(self) -> bool:
        return self.person != NONE

    @property
    def is_exported(self) -> bool:
        return self.is_personal and self.not_exported is None

    @property
    def exported(self) -> tuple[FieldEntry, ...]:
        return tuple(field for field in self.fields if field.is_exported)


@dataclass(frozen=True, slots=True)
class Group:
    """Tables that serve the same purpose."""

    slug: str
    title: Words
    why: Words
    models: tuple[ModelEntry, ...]


@dataclass(frozen=True, slots=True)
class DataMap:
    """`labels` by name of a field, or by its place ("limits.Bill.state"); zh may be empty."""

    groups: tuple[Group, ...]
    labels: Mapping[str, Words]

    @property
    def models(self) -> dict[str, ModelEntry]:
        """By label ("limits.Reading"), in the order of the file."""
        return {model.label: model for group in self.groups for model in group.models}

    def label(self, place: str) -> Words | None:
        """Of "limits.Bill.state": its own label, else that of "state". An empty zh: the model's."""
        return self.labels.get(place) or self.labels.get(place.rpartition(".")[2])


@lru_cache(maxsize=1)
def data_map() -> DataMap:
    return read(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))


def read(raw: Mapping[str, Any]) -> DataMap:
    """Raises MapBroken for words or names that the file does not have."""
    models = [_model(label, said, raw) for label, said in raw["models"].items()]
    unknown = {model.group for model in models} - set(raw["groups"])
    if unknown:
        raise MapBroken(f"unknown groups: {sorted(unknown)}")
    return DataMap(
        tuple(
            Group(
                slug,
                _words(said["title"]),
                _words(said["why"]),
                tuple(model for model in models if model.group == slug),
            )
            for slug, said in raw["groups"].items()
        ),
        {name: _words({"zh": "", **said}) for name, said in raw["labels"].items()},
    )


def _model(label: str, said: Mapping[str, Any], raw: Mapping[str, Any]) -> ModelEntry:
    if said["erased"] not in ERASED or (said["person"] == NONE) != ("why_none" in said):
        raise MapBroken(label)
    left_out = said.get("left_out", {})
    if unknown := set(left_out) - set(said["fields"]):
        raise MapBroken(f"{label}: {sorted(unknown)}")
    try:
        fields = tuple(
            _field(name, kind, left_out.get(name), raw) for name, kind in said["fields"].items()
        )
        kept = _words(raw["periods"][said["kept"]])
    except KeyError as unknown_word:
        raise MapBroken(f"{label}: {unknown_word}") from unknown_word
    return ModelEntry(
        label=label,
        group=said["group"],
        what=_words(said["what"]),
        person=said["person"],
        why_none=_optional(said.get("why_none")),
        kept=kept,
        erased=said["erased"],
        not_exported=_optional(said.get("not_exported")),
        fields=fields,
    )


def _field(name: str, kind: str, reason: str | None, raw: Mapping[str, Any]) -> FieldEntry:
    label = _words(raw["kinds"][kind])
    why_not = _words(raw["reasons"][reason]) if reason else None
    if not raw["kinds"][kind].get("export", True):
        why_not = why_not or label
    return FieldEntry(name, kind, label, why_not)


def _words(said: Mapping[str, Any]) -> Words:
    return Words(zh=str(said["zh"]), en=str(said["en"]))


def _optional(said: Mapping[str, Any] | None) -> Words | None:
    return _words(said) if said else None
