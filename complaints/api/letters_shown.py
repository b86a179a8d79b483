"""How a letter looks from outside."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as lazy
from rest_framework import serializers
from rest_framework.request import Request

from accounts.ownership import get_owned_or_404
from complaints.api.documents_shown import DocumentOutput, documents_json
from complaints.documents import letters as documents
from complaints.domain.lint import LintError
from complaints.enums import LetterKind, LetterState
from complaints.forms.letters import LetterForm, letter_form
from complaints.models import Document, Letter
from inputs.clock import today
from limits.api.shown import iso
from limits.explaining import fingerprint


class LetterOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    complaint = serializers.UUIDField()
    step = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(LetterKind.choices)
    version = serializers.IntegerField()
    state = serializers.ChoiceField(LetterState.choices)
    amends = serializers.UUIDField(allow_null=True, help_text=lazy("这是哪一封的新版本"))
    frozen_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField(help_text=lazy("定稿内容的；没定稿为空"))
    template_version = serializers.CharField()


class LetterPage(serializers.Serializer[Any]):
    results = LetterOutput(many=True)
    next = serializers.CharField(allow_null=True)


class LetterChoiceOutput(serializers.Serializer[Any]):
    value = serializers.CharField()
    title = serializers.CharField()


class LetterChoicesOutput(serializers.Serializer[Any]):
    institution = LetterChoiceOutput(many=True)
    points = LetterChoiceOutput(many=True)


class MissingOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class PasteOutput(serializers.Serializer[Any]):
    text = serializers.CharField()
    length = serializers.IntegerField(help_text=lazy("网页数的字数"))
    is_short = serializers.BooleanField()
    left_out = serializers.ListField(child=serializers.CharField())
    over = serializers.IntegerField(help_text=lazy("比上限多几个字"))
    limit = serializers.IntegerField(allow_null=True)


class LetterDetail(LetterOutput):
    typed = serializers.DictField(help_text=lazy("填的内容：字符串，或字符串的列表"))
    seen = serializers.CharField(help_text=lazy("改的时候带上"))
    choices = LetterChoicesOutput()
    missing = serializers.DictField(
        child=MissingOutput(many=True), help_text=lazy("定稿前还要填好的")
    )
    paste = PasteOutput(allow_null=True, help_text=lazy("可以粘贴的全文；暂时写不出来为 null"))
    documents = DocumentOutput(many=True)


def own_letter(request: Request, public_id: str) -> Letter:
    rows = Letter.objects.select_related("complaint__owner", "step__complaint", "amends")
    return get_owned_or_404(Letter, request.user, public_id, rows)


def letter_json(letter: Letter) -> dict[str, Any]:
    return {
        "id": str(letter.public_id),
        "complaint": str(letter.complaint.public_id),
        "step": str(letter.step.public_id) if letter.step else None,
        "kind": letter.kind,
        "version": letter.version,
        "state": letter.state,
        "amends": str(letter.amends.public_id) if letter.amends else None,
        "frozen_at": iso(letter.frozen_at),
        "sha256": letter.model_sha256,
        "template_version": letter.template_version,
    }


def letter_detail_json(letter: Letter) -> dict[str, Any]:
    form, wrong = judged(letter, letter.typed)
    is_frozen = letter.state == LetterState.FROZEN
    rows = Document.objects.filter(letter=letter).select_related("complaint", "letter")
    return {
        **letter_json(letter),
        "typed": letter.typed,
        "seen": seen(letter),
        "choices": {name: _choices(form, name) for name in ("institution", "points")},
        "missing": {} if is_frozen else _plain(wrong),
        "paste": letter.model["paste"] if is_frozen else _paste(letter, form),
        "documents": documents_json(list(rows.order_by("pk"))),
    }


def seen(letter: Letter) -> str:
    return fingerprint(letter.typed)


def judged(letter: Letter, typed: dict[str, Any]) -> tuple[LetterForm, dict[str, list[Any]]]:
    """The form of a letter bound to `typed`, and what is wrong in it, field by field."""
    form = letter_form(letter, typed)
    form.is_valid()
    return form, {
        ("non_field_errors" if name == "__all__" else name): [
            serializers.ErrorDetail(str(message), code=error.code or "invalid")
            for error in errors
            for message in error.messages
        ]
        for name, errors in form.errors.as_data().items()
    }


def _plain(wrong: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        name: [{"code": said.code, "message": str(said)} for said in errors]
        for name, errors in wrong.items()
    }


def _choices(form: LetterForm, name: str) -> list[dict[str, str]]:
    found = getattr(form.fields.get(name), "choices", ())
    return [{"value": str(value), "title": str(title)} for value, title in found]


def _paste(letter: Letter, form: LetterForm) -> dict[str, Any] | None:
    """None where a reviewed sentence is wrong in law: nobody is given such a letter."""
    values = form.cleaned_data
    try:
        order = documents.order_of(letter, values, today())
        limit = values.get("limit")
        return {**asdict(documents.pasted_text(order, limit)), "limit": limit}
    except LintError:
        return None
