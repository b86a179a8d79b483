"""What fields, codes and slugs are called in the reader's language, looked up once a copy."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.data_map import DataMap, FieldEntry, ModelEntry, data_map
from accounts.enums import Scope
from complaints.domain.routes import TITLES as LICENCES
from complaints.enums import ComplaintState
from guidance.enums import RecordKind
from guidance.models import Record
from limits.models.explanation import IN_THE_SEAL
from records.enums import PlanState

_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNIT = re.compile(r"（[^）]*分）$")
Codes = dict[str, str]
# The reviewed record that a slug or a code in such a field names.
RECORD_OF = {
    "product_slug": RecordKind.PRODUCT,
    "lender_slug": RecordKind.INSTITUTION,
    "respondent_slug": RecordKind.INSTITUTION,
    "question_slug": RecordKind.QUESTION,
    "cause_slug": RecordKind.CAUSE,
    "cause": RecordKind.CAUSE,
    "tip_code": RecordKind.TIP,
    "channel_code": RecordKind.CHANNEL,
    "channel": RecordKind.CHANNEL,
    "rule_code": RecordKind.RULE,
    "demand": RecordKind.DEMAND,
}


@dataclass(frozen=True, slots=True)
class Names:
    """`codes` by name or place of a field ("state_to"): what each code in it means. `answers` by
    question and answer."""

    english: bool
    labels: DataMap
    codes: Mapping[str, Codes]
    answers: Mapping[tuple[str, str], str]

    def of_key(self, key: str) -> str:
        """The label of a name inside a JSON value; "" where no label fits all."""
        label = self.labels.label(key)
        return label.said(english=self.english) if label and label.zh else ""

    def of_code(self, place: str, code: str) -> str:
        """What the code means in this field; the code itself where that is not known."""
        codes = self.codes.get(place) or self.codes.get(place.rpartition(".")[2]) or {}
        return codes.get(code, code)


def heading(entry: ModelEntry, field: FieldEntry, *, english: bool) -> str:
    """The label of the data map, else the Chinese name of the model without its unit; "" for a
    field that has neither: tests/portal/test_export.py fails for one."""
    label = data_map().label(f"{entry.label}.{field.name}")
    said = label.said(english=english) if label else ""
    if said or english:
        return said
    column = apps.get_model(entry.label)._meta.get_field(field.name)
    named = str(getattr(column, "verbose_name", ""))
    return _UNIT.sub("", named) if _HAN.search(named) else ""


def names(*, english: bool) -> Names:
    return Names(english, data_map(), _codes(english=english), _answers(english=english))


def _codes(*, english: bool) -> dict[str, Codes]:
    titles = _titles(english=english)
    named: dict[str, Codes] = {name: titles.get(kind, {}) for name, kind in RECORD_OF.items()}
    for side in ("state_from", "state_to"):
        named[f"complaints.ComplaintEvent.{side}"] = _said(ComplaintState.choices)
        named[f"records.PlanEvent.{side}"] = _said(PlanState.choices)
    named["scopes"] = _said(Scope.choices)
    named["language"] = {"zh": "中文", **_said(settings.LANGUAGES)}
    named["cause_slug"] = {**named["cause_slug"], IN_THE_SEAL: _("加密保存，见后一栏")}
    named["respondent_licence"] = {
        code: name.in_language("en" if english else "zh") for code, name in LICENCES.items()
    }
    return named


def _said(choices: Iterable[tuple[str, object]]) -> Codes:
    return {code: str(label) for code, label in choices}


def _titles(*, english: bool) -> dict[str, Codes]:
    """By kind, slug or code; records that were retired too, as old rows name them."""
    found: dict[str, Codes] = {}
    rows = Record.objects.order_by("pk")
    title = "title_en" if english else "title_zh"
    for kind, slug, code, said in rows.values_list("kind", "slug", "code", title):
        found.setdefault(kind, {}).update({slug: said, code or slug: said})
    return found


def _answers(*, english: bool) -> dict[tuple[str, str], str]:
    found = {}
    language = "en" if english else "zh"
    rows = Record.objects.filter(kind=RecordKind.QUESTION).values_list("slug", "data")
    for question, data in rows:
        found[question, "unknown"], found[question, "skip"] = _("不知道"), _("不想回答")
        for answer in data["answers"]:
            found[question, answer["slug"]] = answer["label"][language]
    return found
