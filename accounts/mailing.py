"""Sending queued notices by e-mail: each at most once, in the day, and only while it matters.

The row is the queue. It is marked `sending` and committed before the message is handed over, and
`sent` after: a worker that dies between leaves `sending`, which nobody sends again. A person may
thus miss an e-mail, whose notice stands in his inbox all the same, and never gets one twice. Only
when the sender says that nothing went out, the row is queued again.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.domain.notices import is_quiet, is_stale
from accounts.enums import NoticeState, TellHow
from accounts.models import Notice, NoticeChoice, User
from accounts.senders import Message, NoConnection, NotSent, Refused, Sender
from accounts.wording import wording

logger = logging.getLogger(__name__)

BATCH = 50
MOST = 1000  # e-mails of one run; a lease lasts five minutes
SALT = "accounts.unsubscribe"

StillNeeded = Callable[[Sequence[Notice], datetime], set[int]]
_needed: dict[str, StillNeeded] = {}


def asks_first(prefix: str, needed: StillNeeded) -> None:
    """Before sending about `prefix:…`, ask `needed` which of the notices (by key) still matter.

    Apps that tell of their objects say this when they load (apps.py).
    """
    _needed[prefix] = needed


def send_queued(now: Callable[[], datetime], sender: Sender, progress: Callable[..., None]) -> int:
    """Send what is queued; how many went out. Twice, or two at once: a claimed row is skipped.

    In quiet hours nothing is looked at. Stops for now when there is no connection.
    """
    sent = tried = last = 0
    while tried < MOST and not is_quiet(now()):
        progress(100 * tried // MOST, "")
        rows = list(Notice.objects.queued(last).select_related("owner")[:BATCH])
        if not rows:
            break
        last, tried = rows[-1].pk, tried + len(rows)
        try:
            sent += sum(_send(row, sender, now) for row in _wanted(rows, now()))
        except NoConnection:
            logger.warning("notices: no connection, %s sent", sent)
            break
    return sent


def _wanted(rows: Sequence[Notice], now: datetime) -> list[Notice]:
    """Those to be mailed. What no longer matters leaves the inbox; the rest stays in it."""
    needed = _still_needed(rows, now)
    muted = _muted(rows)
    mailed = [
        row
        for row in rows
        if row.pk in needed
        and (row.owner_id, row.kind) not in muted
        and not is_stale(row.created_at, now)
        and row.owner.is_active
        and row.owner.leaving_at is None
    ]
    kept = needed - {row.pk for row in mailed}
    _settle({row.pk for row in rows} - needed, NoticeState.DROPPED)
    _settle(kept, NoticeState.KEPT)
    return mailed


def _still_needed(rows: Sequence[Notice], now: datetime) -> set[int]:
    by_prefix: dict[str, list[Notice]] = {}
    for row in rows:
        by_prefix.setdefault(row.about.partition(":")[0], []).append(row)
    found: set[int] = set()
    for prefix, group in by_prefix.items():
        ask = _needed.get(prefix)
        found |= ask(group, now) if ask else {row.pk for row in group}
    return found


def _muted(rows: Iterable[Notice]) -> set[tuple[int, str]]:
    owners = {row.owner_id for row in rows}
    choices = NoticeChoice.objects.filter(owner__in=owners, how=TellHow.NONE)
    return set(choices.values_list("owner_id", "kind"))


def _settle(pks: Iterable[int], state: str) -> None:
    Notice.objects.filter(pk__in=pks, state=NoticeState.QUEUED).update(state=state)


def _send(row: Notice, sender: Sender, now: Callable[[], datetime]) -> bool:
    """Claim, commit, hand over, mark. True when it went out."""
    queued = Notice.objects.filter(pk=row.pk, state=NoticeState.QUEUED)
    if not queued.update(state=NoticeState.SENDING, sending_since=now()):
        return False
    sending = Notice.objects.filter(pk=row.pk, state=NoticeState.SENDING)
    try:
        sender.send(message(row))
    except NotSent as error:
        sending.update(state=NoticeState.QUEUED, sending_since=None)
        if isinstance(error, NoConnection):
            raise
        return False
    except Refused:
        sending.update(state=NoticeState.KEPT, sending_since=None)
        return False
    except Exception as error:
        # It may have gone out: never again. The text of the error may hold the address.
        logger.error("notice %s: %s while sending", row.pk, type(error).__name__)
        return False
    return bool(sending.update(state=NoticeState.SENT, sent_at=now(), sending_since=None))


def message(notice: Notice) -> Message:
    """The e-mail of a notice in its owner's language: a sentence, a link, the way out."""
    with translation.override(notice.owner.language):
        words = wording(notice)
        context: dict[str, Any] = {
            "words": words,
            "link": settings.SITE_URL + (notice.path or reverse("notices")),
            "unsubscribe": unsubscribe_url(notice.owner, notice.kind),
            "kind": notice.get_kind_display(),
        }
        text = render_to_string("accounts/notice_mail.txt", context)
    return Message(
        to=notice.owner.email,
        subject=settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + words.title,
        text=text,
        unsubscribe_url=context["unsubscribe"],
    )


def unsubscribe_url(owner: User, kind: str) -> str:
    """Ends e-mails of one kind without signing in. It does that and nothing else, so it lasts."""
    signed = signing.dumps({"owner": str(owner.public_id), "kind": kind}, salt=SALT)
    return settings.SITE_URL + reverse("unsubscribe", args=[signed])


def read_unsubscribe(signed: str) -> tuple[User, str] | None:
    """Whose e-mails of which kind an address ends; None for one that was not made here."""
    try:
        said = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    owner = User.objects.filter(public_id=said["owner"]).first()
    return (owner, said["kind"]) if owner else None
