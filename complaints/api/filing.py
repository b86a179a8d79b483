"""What a case is filed from, in one call: the answers of every stage of the wizard."""

import hashlib
import uuid
from datetime import date
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api import HEADER, KeyReused
from accounts.http import person
from complaints import services
from complaints.api.refusals import Refused
from complaints.documents.facts import WRITTEN_TO
from complaints.domain.lint import LintError
from complaints.domain.names import licence_of
from complaints.enums import CaseTopic
from complaints.forms.wizard import (
    LICENCES,
    MOST_FILES,
    NO_CHANGE,
    OTHER,
    DemandsStage,
    FactsStage,
)
from complaints.models import Complaint, ComplaintDraft, Evidence
from guidance import content
from inputs.clock import today
from inputs.serializers import (
    ChoiceField,
    ConsentField,
    DayField,
    LineField,
    StrictSerializer,
    TextField,
)
from limits.api.explain import known_product
from limits.models import LimitChange

OF_FACTS = (
    *("report_on", "reporter", "entry", "wrong", "right", "items"),
    *("story", "effect", "asked_on", "asked_answer"),
)
log = structlog.get_logger("complaints")

EXAMPLES = [
    OpenApiExample(
        "借呗归零，要求说明理由",
        request_only=True,
        value={
            "change": "6f9a1c1e-3d0b-4a57-9d0b-0f3c2b7a9e11",
            "institution": "ant-cf",
            "demands": ["explain-reason", "human-review"],
            "story": "10 月 12 日打开页面，额度显示为 0，之前没有通知。",
            "truth": True,
        },
    ),
    OpenApiExample(
        "征信报告里有一条错的",
        request_only=True,
        value={
            "topic": "record",
            "institution": "pbccrc",
            "report_on": "2026-11-03",
            "reporter": "某某消费金融有限公司",
            "entry": "2026-10-08 的一次贷款审批查询",
            "wrong": "没有申请过，也没有授权过。",
            "demands": ["dispute-entry"],
            "truth": True,
        },
    ),
    OpenApiExample(
        "机构不在名录里",
        request_only=True,
        value={
            "change": "6f9a1c1e-3d0b-4a57-9d0b-0f3c2b7a9e11",
            "institution_name": "某某消费金融有限公司",
            "licence": "consumer_finance",
            "demands": ["explain-reason"],
            "truth": True,
        },
    ),
]


def _line(max_length: int, **kwargs: Any) -> LineField:
    return LineField(max_length=max_length, required=False, allow_blank=True, default="", **kwargs)


def _text(max_length: int, **kwargs: Any) -> TextField:
    return TextField(max_length=max_length, required=False, allow_blank=True, default="", **kwargs)


def _day(**kwargs: Any) -> DayField:
    return DayField(required=False, allow_null=True, default=None, not_after_today=True, **kwargs)


class FilingInput(StrictSerializer):
    """Types and lengths here; what a topic needs, the pages of the wizard judge ."""

    topic = ChoiceField(CaseTopic.choices, required=False, default=CaseTopic.LIMIT.value)
    change = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text=lazy("哪一次变动的 id；topic 是 limit 时必填"),
    )
    product = _line(40, help_text=lazy("涉及哪个产品，例如 jiebei；有 change 就不用写"))
    product_name = _line(60, help_text=lazy("产品名称；不在列表里时写"))
    institution = _line(40, help_text=lazy("合同上的机构的代号；不在名录里就写全称"))
    institution_name = _line(120, help_text=lazy("合同上的机构全称，信里就印这个名字"))
    licence = ChoiceField(
        LICENCES,
        required=False,
        allow_blank=True,
        default="",
        help_text=lazy("它是哪类机构；不写按名称判断"),
    )
    report_on = _day(help_text=lazy("信用报告的日期；topic 是 record 时"))
    reporter = _line(120, help_text=lazy("报送机构；topic 是 record 时"))
    entry = _text(500, help_text=lazy("是哪一条；topic 是 record 时必填"))
    wrong = _text(1500, help_text=lazy("错在哪里；topic 是 record 时必填"))
    right = _text(500, help_text=lazy("应当是什么；topic 是 record 时"))
    items = _text(1500, help_text=lazy("哪个额度或哪些信息；topic 是 line 时必填，data 时可写"))
    story = _text(2000, help_text=lazy("补充说明；topic 是 other 时必填"))
    effect = _text(1000, help_text=lazy("对你的影响"))
    asked_on = _day(help_text=lazy("问过客服的日期"))
    asked_answer = _text(1000, help_text=lazy("客服怎么回答"))
    demands = serializers.ListField(
        child=LineField(max_length=40), allow_empty=False, max_length=20
    )
    wish = _text(500)
    evidence = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        default=list,
        max_length=MOST_FILES,
        help_text=lazy("还不在任何案件里的证据的 id"),
    )
    name = _line(40)
    contact = _line(80)
    contract_no = _line(60)
    truth = ConsentField(help_text=lazy("内容是我所知的事实，没有编造：必须是 true"))

    def validate_change(self, public_id: uuid.UUID | None) -> LimitChange | None:
        if public_id is None:
            return None
        rows = LimitChange.objects.for_user(self.context["owner"]).current().with_line()
        change = rows.filter(public_id=public_id).first()
        if change is None:
            raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
        return change  # type: ignore[no-any-return]

    def validate_product(self, slug: str) -> str:
        return known_product(slug) if slug else ""

    def validate_institution(self, slug: str) -> str:
        if slug and slug not in content.current().institutions:
            raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
        return slug

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        typed = by_stage(data)
        owner, change = self.context["owner"], data["change"]
        draft = ComplaintDraft(owner=owner, change=change, typed=typed)
        if wrong := {**_wrong_subject(data), **_wrong_facts(draft), **_wrong_choices(draft)}:
            raise serializers.ValidationError(wrong)
        return {"change": change, "typed": typed}


def by_stage(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The answers by page of the wizard, as its forms clean them; what is empty is left out of
    the facts, because each topic has its own."""
    change = data["change"]
    told = {name: data[name] for name in OF_FACTS if data[name]}
    return {
        "change": {
            "topic": data["topic"],
            "change": str(change.public_id) if change else NO_CHANGE,
            "product": data["product"],
            "product_name": data["product_name"],
        },
        "respondent": {
            "institution": data["institution"] or OTHER,
            "other_name": data["institution_name"],
            "other_licence": data["licence"],
        },
        "facts": {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in told.items()
        },
        "demands": {"demands": list(dict.fromkeys(data["demands"])), "wish": data["wish"]},
        "evidence": {"evidence": [str(public_id) for public_id in data["evidence"]]},
        "contact": {name: data[name] for name in ("name", "contact", "contract_no")},
    }


Wrong = dict[str, list[serializers.ErrorDetail]]


def _wrong(words: str, code: str) -> list[serializers.ErrorDetail]:
    return [serializers.ErrorDetail(words, code=code)]


def _wrong_subject(data: dict[str, Any]) -> Wrong:
    """What it is about, and against whom."""
    found: Wrong = {}
    if data["change"] is None and data["topic"] == CaseTopic.LIMIT:
        found["change"] = _wrong(_("请选是哪一次额度变动"), "required")
    named = data["change"] or data["product"] or data["product_name"]
    if not named and data["topic"] in (CaseTopic.LINE, CaseTopic.OTHER):
        found["product"] = _wrong(_("请选一个产品，或者写产品名称"), "required")
    name = data["institution_name"]
    if not data["institution"] and not name:
        found["institution_name"] = _wrong(_("请照合同填写机构全称"), "required")
    elif not data["institution"] and not data["licence"] and licence_of(name) not in WRITTEN_TO:
        found["licence"] = _wrong(_("请选一类，不清楚就选“不清楚”"), "required")
    return found


def _wrong_facts(draft: ComplaintDraft) -> Wrong:
    """As the page of this topic judges what was told."""
    told = draft.typed["facts"]
    form = FactsStage(told, draft=draft, known=content.current())
    form.is_valid()
    found = {
        name: [
            serializers.ErrorDetail(str(message), code=error.code or "invalid")
            for error in errors
            for message in error.messages
        ]
        for name, errors in form.errors.as_data().items()
    }
    other = _("这类案件没有这个字段")
    return found | {
        name: _wrong(other, "unknown_field") for name in told if name not in form.fields
    }


def _wrong_choices(draft: ComplaintDraft) -> Wrong:
    """Requests this topic and institution can meet, and files that are in no case yet; what the
    pages drop in silence is said here."""
    offered = DemandsStage({}, draft=draft, known=content.current()).rows
    found: Wrong = {}
    if not set(draft.typed["demands"]["demands"]) <= set(offered):
        words = _("有的请求不适合这类案件或这类机构")
        found["demands"] = _wrong(words, "invalid_choice")
    wanted = set(draft.typed["evidence"]["evidence"])
    free = Evidence.objects.for_user(draft.owner).listed().filter(complaint=None)
    if wanted and free.filter(public_id__in=wanted).count() < len(wanted):
        found["evidence"] = _wrong(_("选项无效"), "invalid_choice")
    return found


def file_case(request: Request, given: dict[str, Any]) -> Complaint:
    """File what was sent. The key of the request also is that of the filing, which is kept for
    good: a repeat after a week still gives the same case."""
    try:
        return _file(request, given)
    except services.KeyReused as reused:
        raise KeyReused(
            _("这个 Idempotency-Key 用过，内容和上次不同；新的请求请换一个键")
        ) from reused
    except LintError as wrong:
        # A reviewed sentence is wrong in law: nobody is given such a letter.
        log.error("letter refused by lint", rules=str(wrong))
        words = _("文书里有一句话要由编辑先核对，暂时不能立档。")
        raise Refused(409, "conflict", words) from wrong


@transaction.atomic
def _file(request: Request, given: dict[str, Any]) -> Complaint:
    """A draft of its own: what the person is writing on the pages stays as it is."""
    typed = given["typed"]
    draft = services.start_draft(owner=person(request), change=given["change"], typed=typed)
    case = services.file_once(draft=draft, answers=typed, key=_key(request), today=today())
    if draft.pk:  # a repeat: filed before
        services.delete_draft(draft=draft)
    return case


def _key(request: Request) -> str:
    key = request.headers.get(HEADER)
    return f"api:{hashlib.sha256(key.encode()).hexdigest()}" if key else uuid.uuid4().hex
