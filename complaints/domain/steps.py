"""One filing and what its dates may be. Pure."""

from dataclasses import dataclass
from datetime import date

from complaints.domain.workflow import ANSWERED, ENDED, SENT, UNSENT, WAITING
from inputs.errors import InputError, gettext_noop


@dataclass(frozen=True, slots=True)
class StepNow:
    """One filing as it stands. `due_on` is the day that counts now: of the newest extension,
    else of the clock. `reminded_on` is the last thing sent to the other side afterwards."""

    key: str
    sent_on: date | None = None
    received_on: date | None = None
    due_on: date | None = None
    certainty: str = "none"
    answered_on: date | None = None
    reply_kind: str = ""
    ended_on: date | None = None
    reminded_on: date | None = None

    @property
    def phase(self) -> str:
        if self.answered_on is not None:
            return ANSWERED
        if self.ended_on is not None:
            return ENDED
        if self.received_on is not None:
            return WAITING
        return SENT if self.sent_on is not None else UNSENT


class WrongDay(InputError):
    """A day that cannot be; `field` is where it was typed."""

    def __init__(self, field: str, template: str, on: date | None = None) -> None:
        self.field = field
        params = {"on": on.isoformat()} if on else None
        super().__init__("wrong_day", template, params)


RECEIVED_FIRST = gettext_noop("收到日期早于寄出日期（%(on)s）。")
ANSWERED_FIRST = gettext_noop("答复日期早于寄出或收到的日期（%(on)s）。")
ANSWERED_BACK = gettext_noop("已经登记过 %(on)s 的答复，后来的答复不能更早。")
ANNOUNCED_FIRST = gettext_noop("告知日期早于对方收到的日期（%(on)s）。")
EXTENDED_BACK = gettext_noop("延长后的日期要晚于现在的期限（%(on)s）。")
EXTENDED_TO_PAST = gettext_noop("延长后的日期要晚于告知延期的日期（%(on)s）。")
RESTARTED_FIRST = gettext_noop("重新起算日早于上一次起算的日期（%(on)s）。")
ENDED_FIRST = gettext_noop("日期早于寄出或收到的日期（%(on)s）。")
COUNTED_ON = gettext_noop("已经登记过延期或重新起算，收到日期不能再改（%(on)s）。")


def check_received(sent_on: date, received_on: date | None) -> None:
    if received_on is not None and received_on < sent_on:
        raise WrongDay("received_on", RECEIVED_FIRST, sent_on)


def check_answered(step: StepNow, answered_on: date) -> None:
    """Not before it was sent or received, nor before an answer that is already recorded."""
    first = step.received_on or step.sent_on
    if first and answered_on < first:
        raise WrongDay("answered_on", ANSWERED_FIRST, first)
    if step.answered_on and answered_on < step.answered_on:
        raise WrongDay("answered_on", ANSWERED_BACK, step.answered_on)


def check_extension(step: StepNow, start_on: date, announced_on: date, due_on: date) -> None:
    """An extension is told after receipt, and ends later than what it extends."""
    if announced_on < start_on:
        raise WrongDay("announced_on", ANNOUNCED_FIRST, start_on)
    if step.due_on is not None and due_on <= step.due_on:
        raise WrongDay("due_on", EXTENDED_BACK, step.due_on)
    if due_on <= announced_on:
        raise WrongDay("due_on", EXTENDED_TO_PAST, announced_on)


def check_restart(start_on: date, restarted_on: date) -> None:
    if restarted_on < start_on:
        raise WrongDay("restarted_on", RESTARTED_FIRST, start_on)


def check_ended(step: StepNow, ended_on: date) -> None:
    first = step.received_on or step.sent_on
    if first and ended_on < first:
        raise WrongDay("ended_on", ENDED_FIRST, first)
