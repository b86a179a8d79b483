"""A demo world, clearly marked, made through the same services as everything else."""

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.domain.consents import FINANCIAL_TEXT
from accounts.enums import ConsentKind
from accounts.models import User
from accounts.services import give_consent
from complaints.services import file_complaint, record_sent, start_draft
from inputs.clock import today
from limits.services import answer_question, log_change
from records.models import PlanItem
from records.services import move_item

PERSON, STAFF = "demo@example.org", "staff@example.org"
MARK = "【演示数据】"


class Command(BaseCommand):
    help = "Load a marked demo world: a person with the seed story, and a member of staff."

    def handle(self, *args: Any, **options: Any) -> None:
        note = settings.DATA_DIR / "demo-password"
        if User.objects.filter(email=PERSON).exists():
            self.stdout.write(f"demo world is loaded; password in {note}")
            return
        password = secrets.token_urlsafe(9)
        note.touch(mode=0o600)
        note.write_text(password + "\n")
        _load(password)
        self.stdout.write(f"demo: sign in as {PERSON} or {STAFF}, password in {note}")


@transaction.atomic
def _load(password: str) -> None:
    person = _user(PERSON, password)
    staff = _user(STAFF, password, is_staff=True)
    staff.groups.set(Group.objects.filter(name__in=["受理", "内容编辑"]))
    _story(person)


def _user(email: str, password: str, **fields: Any) -> User:
    user = User.objects.create_user(email, password, display_name=f"{MARK}", **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    give_consent(
        user=user,
        kind=ConsentKind.FINANCIAL_DATA,
        text_version=FINANCIAL_TEXT,
        now=timezone.now(),
    )
    return user


def _story(person: User) -> None:
    """借呗 grows, falls to 0 six weeks ago; 网商贷 appears the same day; one complaint is out."""
    now = today()
    fell_on = now - timedelta(days=42)
    for days, before, after in ((700, 0, 2_000_000), (400, 2_000_000, 3_500_000)):
        log_change(
            owner=person,
            today=now,
            product="jiebei",
            before=before,
            after=after,
            effective_on=now - timedelta(days=days),
            note=MARK,
        )
    fall = log_change(
        owner=person,
        today=now,
        product="jiebei",
        before=3_500_000,
        after=0,
        effective_on=fell_on,
        notified_how="not",
        stated_reason="综合评估未通过",
        screen="no-entry",
        note=MARK,
    )
    log_change(
        owner=person,
        today=now,
        product="wangshangdai",
        before=0,
        after=3_000_000,
        effective_on=fell_on,
        note=MARK,
    )
    for question, answer in (("merchant-code", "yes"), ("clicked-switch", "no"), ("late", "none")):
        answer_question(change=fall, question=question, answer=answer, today=now)
    for item, action in zip(
        PlanItem.objects.for_user(person).open().by_urgency()[:2], ("finish", "start"), strict=False
    ):
        move_item(item=item, action=action, today=now)
    _complaint(person, fall)


def _complaint(person: User, fall: Any) -> None:
    now = today()
    draft = start_draft(owner=person, change=fall)
    case = file_complaint(
        draft=draft,
        answers={
            "change": {"change": str(fall.public_id)},
            "respondent": {"institution": "ant-cf", "other_name": "", "other_licence": ""},
            "facts": {
                "story": f"{MARK}入口消失，没有收到任何通知。",
                "effect": "",
                "asked_on": (now - timedelta(days=30)).isoformat(),
                "asked_answer": "综合评估未通过。",
            },
            "demands": {"demands": ["explain-reason", "human-review"], "wish": ""},
            "contact": {"name": "", "contact": "", "contract_no": ""},
        },
        key="demo",
        today=now,
    )
    step = case.steps.get()
    record_sent(
        step=step,
        actor=person,
        sent_on=now - timedelta(days=6),
        received_on=now - timedelta(days=5),
        reference_no="DEMO-0001",
    )
