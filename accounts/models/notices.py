"""What a person is told, once, and how he wants to be told."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from accounts.enums import UNCHOSEN, NoticeKind, NoticeState, TellHow
from accounts.ownership import OwnedModel, OwnedQuerySet

UNREAD = datetime(2199, 1, 1, tzinfo=UTC)


class NoticeQuerySet(OwnedQuerySet):
    def shown(self) -> Self:
        """Those in the inbox: everything but what was no longer needed."""
        return self.exclude(state=NoticeState.DROPPED)

    def unread(self) -> Self:
        return self.shown().filter(read_at=None)

    def queued(self, now: datetime, after: int = 0) -> Self:
        """To be looked at now, in the order they were told, beyond the key `after`."""
        ripe = Q(mail_after=None) | Q(mail_after__lte=now)
        return self.filter(ripe, state=NoticeState.QUEUED, pk__gt=after).order_by("pk")

    def waiting(self) -> Self:
        """Put off to a later moment (accounts.mailing)."""
        return self.filter(state=NoticeState.QUEUED, mail_after__isnull=False)

    def unread_first(self) -> Self:
        """With `seen_at`: when it was read, or a day no one will see while it was not."""
        unread = Value(UNREAD, output_field=models.DateTimeField())
        return self.annotate(seen_at=Coalesce("read_at", unread)).order_by("-seen_at", "-pk")

    def told_before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment)


class Notice(OwnedModel):
    """One thing told to one person at one stage: exactly one row for (owner, kind, about, stage).

    `about` names the object ("complaints.step:<uuid>"). `data` holds what the sentence needs, and
    nothing of the person's own words. An e-mail goes queued → sending → sent; `sending` with an
    old `sending_since` was cut off and is never sent again (accounts.mailing). `kept`: in the
    inbox without an e-mail. `dropped`: no longer needed before it was sent. `mail_after`: a queued
    row is not looked at before; null until it was looked at once. `hidden_at`: the case it speaks
    of was removed then; null once the case is put back.
    """

    hidden_by = "hidden_at"

    @property
    def prefix(self) -> str:
        """Of what kind the thing is that it is about."""
        return str(self.about).partition(":")[0]

    @property
    def thing(self) -> str:
        """The id of the thing it is about."""
        return str(self.about).partition(":")[2]

    kind = models.CharField("种类", max_length=24, choices=NoticeKind.choices)
    about = models.CharField("关于", max_length=80)
    stage = models.CharField("阶段", max_length=24)
    data: Any = models.JSONField(default=dict, blank=True)
    path = models.CharField("页面", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=8, choices=NoticeState.choices, default=NoticeState.QUEUED
    )
    mail_after = models.DateTimeField("不早于", null=True, blank=True)
    sending_since = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    read_at = models.DateTimeField("看过的时间", null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="notice_inbox"),
            models.Index(fields=["state", "mail_after", "id"], name="notice_queue"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "kind", "about", "stage"], name="told_once_a_stage"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="notice_sent_when_sent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


def by_prefix(notices: Iterable[Notice]) -> dict[str, list[Notice]]:
    """Notices by the kind of thing they are about: the apps that own the things are asked each."""
    found: dict[str, list[Notice]] = {}
    for notice in notices:
        found.setdefault(notice.prefix, []).append(notice)
    return found


class NoticeChoiceQuerySet(OwnedQuerySet):
    def hows(self) -> dict[str, str]:
        """How each kind is mailed to the one person these rows belong to: one query."""
        return {**UNCHOSEN, **dict(self.values_list("kind", "how"))}


class NoticeChoice(OwnedModel):
    """How one person wants one kind of notice by e-mail; without a row, see `UNCHOSEN`."""

    kind = models.CharField("种类", max_length=24, choices=NoticeKind.choices)
    how = models.CharField("邮件", max_length=8, choices=TellHow.choices)

    objects = NoticeChoiceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "通知方式"
        verbose_name_plural = "通知方式"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "kind"], name="one_choice_a_kind"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
