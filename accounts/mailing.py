"""Sending queued notices by e-mail: each at most once, when the person wants it, while it matters.

The row is the queue. It is marked `sending` and committed before the message is handed over, and
`sent` after: a worker that dies between leaves `sending`, which nobody sends again. A person may
thus miss an e-mail, whose notice stands in his inbox all the same, and never gets one twice. Only
when the sender says that nothing went out, the row is queued again.

A row that has to wait (quiet hours, the digest of a day or a week) gets a `mail_after` and is not
looked at before. When its moment has come all rows of a digest are one e-mail, claimed together.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.domain.notices import DIGESTS, NONE, RETRY, Quiet, due_at, is_stale, mail_at
from accounts.enums import UNCHOSEN, NoticeState
from accounts.mails import message
from accounts.models import Notice, NoticeChoice, NoticeQuerySet, by_prefix
from accounts.senders import NoConnection, NotSent, Refused, Sender

logger = logging.getLogger(__name__)

BATCH = 200
MOST = 1000  # e-mails of one run; a lease lasts five minutes

StillNeeded = Callable[[Sequence[Notice], datetime], set[int]]
_needed: dict[str, StillNeeded] = {}


def asks_first(prefix: str, needed: StillNeeded) -> None:
    """Before sending about `prefix:…`, ask `needed` which of the notices (by key) still matter.

    Apps that tell of their objects say this when they load (apps.py).
    """
    _needed[prefix] = needed


@dataclass(frozen=True, slots=True)
class _Planned:
    """A row, how its owner wants it, since when it is due, and when it may be mailed."""

    row: Notice
    how: str
    due_at: datetime
    mail_at: datetime

    @property
    def gathered(self) -> bool:
        return self.how in DIGESTS


def send_queued(now: Callable[[], datetime], sender: Sender, progress: Callable[..., None]) -> bool:
    """Send what is due, at most `MOST` e-mails; whether more may be waiting. Twice, or two at once:
    a claimed row is skipped.

    Stops for now when there is no connection.
    """
    sent = tried = last = 0
    while tried < MOST:
        progress(100 * tried // MOST, "")
        rows = list(Notice.objects.queued(now(), last).select_related("owner")[:BATCH])
        if not rows:
            return False
        mails = _mails(rows, now())
        last, tried = rows[-1].pk, tried + len(mails)
        try:
            sent += sum(_send(mail, sender, now) for mail in mails)
        except NoConnection:
            logger.warning("notices: no connection, %s sent", sent)
            return False
    return True


def _mails(rows: Sequence[Notice], now: datetime) -> list[list[Notice]]:
    """The e-mails to send now, each with its rows. What must wait is put off, the rest settled."""
    hows = _hows(rows)
    planned = [_plan(row, hows, now) for row in rows]
    owners = {each.row.owner_id for each in planned if each.gathered and each.mail_at <= now}
    if owners:
        others = Notice.objects.queued(now).filter(owner__in=owners).select_related("owner")
        beyond = (_plan(row, hows, now) for row in others.exclude(pk__in=[row.pk for row in rows]))
        planned += [each for each in beyond if each.gathered]
    _put_off(each for each in planned if each.mail_at > now)
    return _together(_wanted([each for each in planned if each.mail_at <= now], now))


def _hows(rows: Iterable[Notice]) -> dict[tuple[int, str], str]:
    """What the owners of these rows chose, of every kind: one query."""
    owners = {row.owner_id for row in rows}
    choices = NoticeChoice.objects.filter(owner__in=owners)
    return {(owner, kind): how for owner, kind, how in choices.values_list("owner", "kind", "how")}


def _plan(row: Notice, hows: Mapping[tuple[int, str], str], now: datetime) -> _Planned:
    how = hows.get((row.owner_id, row.kind)) or UNCHOSEN[row.kind]
    if how == NONE:
        return _Planned(row, how, now, now)
    quiet = Quiet(row.owner.quiet_from, row.owner.quiet_to)
    due = due_at(how, row.created_at, quiet)
    return _Planned(row, how, due, mail_at(due, now, quiet))


def _put_off(planned: Iterable[_Planned]) -> None:
    by_moment: dict[datetime, list[int]] = {}
    for each in planned:
        by_moment.setdefault(each.mail_at, []).append(each.row.pk)
    for moment, pks in by_moment.items():
        _queued(pks).update(mail_after=moment)


def _wanted(planned: Sequence[_Planned], now: datetime) -> list[_Planned]:
    """Those to be mailed. What no longer matters leaves the inbox; the rest stays in it."""
    needed = _still_needed([each.row for each in planned], now)
    mailed = [each for each in planned if each.row.pk in needed and _may_go(each, now)]
    kept = needed - {each.row.pk for each in mailed}
    _settle({each.row.pk for each in planned} - needed, NoticeState.DROPPED)
    _settle(kept, NoticeState.KEPT)
    return mailed


def _may_go(each: _Planned, now: datetime) -> bool:
    """Nobody is written to of anything else once he has asked for his account to be deleted."""
    owner = each.row.owner
    is_here = owner.is_active and owner.leaving_at is None
    return each.how != NONE and is_here and not is_stale(each.due_at, now)


def _still_needed(rows: Sequence[Notice], now: datetime) -> set[int]:
    found: set[int] = set()
    for prefix, group in by_prefix(rows).items():
        ask = _needed.get(prefix)
        found |= ask(group, now) if ask else {row.pk for row in group}
    return found


def _together(planned: Iterable[_Planned]) -> list[list[Notice]]:
    """One e-mail for each digest, and one for each row that is mailed by itself."""
    mails: dict[tuple[str, int], list[Notice]] = {}
    for each in sorted(planned, key=lambda each: each.row.pk):
        key = ("digest", each.row.owner_id) if each.gathered else ("alone", each.row.pk)
        mails.setdefault(key, []).append(each.row)
    return list(mails.values())


def _queued(pks: Iterable[int]) -> NoticeQuerySet:
    return Notice.objects.filter(pk__in=pks, state=NoticeState.QUEUED)


def _settle(pks: Iterable[int], state: str) -> None:
    if pks:
        _queued(pks).update(state=state)


def _send(rows: Sequence[Notice], sender: Sender, now: Callable[[], datetime]) -> bool:
    """Claim, commit, hand over, mark. True when it went out."""
    if not _claim(rows, now()):
        return False
    pks = [row.pk for row in rows]
    sending = Notice.objects.filter(pk__in=pks, state=NoticeState.SENDING)
    try:
        sender.send(message(rows))
    except NoConnection:
        sending.update(state=NoticeState.QUEUED, sending_since=None)
        raise
    except NotSent:
        again = now() + RETRY
        sending.update(state=NoticeState.QUEUED, sending_since=None, mail_after=again)
        return False
    except Refused:
        sending.update(state=NoticeState.KEPT, sending_since=None)
        return False
    except Exception as error:
        # It may have gone out: never again. The text of the error may hold the address.
        logger.error("notices %s: %s while sending", pks, type(error).__name__)
        return False
    return bool(sending.update(state=NoticeState.SENT, sent_at=now(), sending_since=None))


def _claim(rows: Sequence[Notice], now: datetime) -> bool:
    """All rows of an e-mail, or none: another worker that has one of them sends the rest as well,
    or leaves it to the next run."""
    queued = _queued([row.pk for row in rows])
    with transaction.atomic():
        if queued.update(state=NoticeState.SENDING, sending_since=now) == len(rows):
            return True
        transaction.set_rollback(True)
    return False
