"""Which reviewed tips fit a situation, why, and by when. Pure: `today` is an argument."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from guidance.domain.records import Holidays, Text, Tip
from records.domain.recurrence import next_day
from records.domain.states import NOT_FOR_ME, OPEN, TODO

MOST_STEPS = 400  # of counting working days, whatever the calendar says
HIGH_UTILISATION_BP = 7_000  # editorial, as in the cause high-debt; no public standard
MANY_LENDERS = 4
MANY_INQUIRIES = 4
TERM_ENDS_SOON_DAYS = 60
MICRO_LOAN = "micro_loan"  # a licence of the institutions


@dataclass(frozen=True)
class Situation:
    """What is known of a person when a plan is chosen. Unknown is None, 0 or empty.

    `answers` to questions hold only those that may be kept in the clear: reasons are shown and
    stored. Ledger facts are those of the caller, as are those of the credit report.
    """

    event_on: date | None = None
    zeroed: bool = False
    business_line_appeared: bool = False
    causes: tuple[str, ...] = ()
    complaint_on: date | None = None
    report_on: date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    # the ledger
    licences: frozenset[str] = frozenset()
    utilisation_bp: int | None = None
    lenders: int = 0
    unused_lines: int = 0
    limit_expires_on: date | None = None
    # the credit report
    report_overdue: int = 0
    report_errors: int = 0
    unknown_inquiries: int = 0
    inquiries_3m: int = 0
    dispute_on: date | None = None
    # what the person told the plan
    bill_on: date | None = None
    debts: int = 0
    heavy_month: bool = False
    id_expires_on: date | None = None
    mortgage_on: date | None = None
    paid_off_on: date | None = None
    loan_on: date | None = None
    scam_on: date | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A fact that calls the tips which name it in `situations`, and how the plan says so."""

    name: str
    because: Text
    holds: Callable[[Situation, date], bool]


def _said(question: str, *answers: str) -> Callable[[Situation, date], bool]:
    return lambda situation, today: situation.answers.get(question) in answers


def _ends_soon(situation: Situation, today: date) -> bool:
    ends = situation.limit_expires_on
    return ends is not None and today <= ends <= today + timedelta(days=TERM_ENDS_SOON_DAYS)


# What papers say comes first, then what the person said, then what the ledger shows: the first
# trigger that holds gives the reason.
TRIGGERS: tuple[Trigger, ...] = (
    Trigger(
        "overdue",
        Text("因为你的信用报告里有逾期", "Because your credit report shows a late payment"),
        lambda now, today: now.report_overdue > 0,
    ),
    Trigger(
        "report-error",
        Text(
            "因为你在报告里标了有错的地方", "Because you marked something in your report as wrong"
        ),
        lambda now, today: now.report_errors > 0,
    ),
    Trigger(
        "unknown-inquiry",
        Text("因为报告里有你不认识的查询", "Because your report has an inquiry you do not know"),
        lambda now, today: now.unknown_inquiries > 0,
    ),
    Trigger(
        "many-inquiries",
        Text(
            "因为报告里近三个月的审批查询有四次以上",
            "Because your report shows four or more approval inquiries in three months",
        ),
        lambda now, today: now.inquiries_3m >= MANY_INQUIRIES,
    ),
    Trigger(
        "dispute-open",
        Text("因为你提了征信异议", "Because you filed a credit-report dispute"),
        lambda now, today: now.dispute_on is not None,
    ),
    Trigger(
        "mortgage-plan",
        Text("因为你打算办房贷", "Because you plan to apply for a mortgage"),
        lambda now, today: now.mortgage_on is not None,
    ),
    Trigger(
        "scam-contact",
        Text(
            "因为有人向你推销过或冒充过客服",
            "Because someone tried to sell you a fix or posed as support",
        ),
        lambda now, today: now.scam_on is not None,
    ),
    Trigger(
        "paid-off",
        Text("因为你结清了一笔贷款", "Because you paid off a loan"),
        lambda now, today: now.paid_off_on is not None,
    ),
    Trigger(
        "new-loan",
        Text("因为你新借了一笔", "Because you took a new loan"),
        lambda now, today: now.loan_on is not None,
    ),
    Trigger(
        "id-expiring",
        Text("因为你填了证件到期日", "Because you gave the day your ID card expires"),
        lambda now, today: now.id_expires_on is not None,
    ),
    Trigger(
        "overdue",
        Text("因为你说近两年有过逾期", "Because you said you were late in the last two years"),
        _said("late", "same-platform", "elsewhere", "both"),
    ),
    Trigger(
        "high-debt",
        Text("因为你说额度用得比较满", "Because you said your limits are well used"),
        _said("utilisation", "high"),
    ),
    Trigger(
        "high-debt",
        Text("因为你说在四家以上借款", "Because you said you borrow from four or more lenders"),
        _said("lenders", "four-plus"),
    ),
    Trigger(
        "many-inquiries",
        Text(
            "因为你说近三个月申请过四次以上",
            "Because you said you applied four times or more in three months",
        ),
        _said("inquiries-3m", "four-plus"),
    ),
    Trigger(
        "info-expired",
        Text("因为你说证件或资料过期了", "Because you said your ID or details had expired"),
        _said("info-expired", "yes"),
    ),
    Trigger(
        "info-expired",
        Text("因为你说换过手机号", "Because you said your phone number changed"),
        _said("phone-changed", "yes"),
    ),
    Trigger(
        "sole-trader",
        Text(
            "因为你说用过收款码或开过店", "Because you said you used a merchant code or ran a shop"
        ),
        _said("merchant-code", "yes"),
    ),
    Trigger(
        "sole-trader",
        Text("因为你说名下有营业执照或任职", "Because you said you are registered with a business"),
        _said("business-licence", "yes"),
    ),
    Trigger(
        "user-switched",
        Text("因为你说点过升级或开通", "Because you said you tapped upgrade or activate"),
        _said("clicked-switch", "yes"),
    ),
    Trigger(
        "guarantee",
        Text("因为你说做过担保或共同借款", "Because you said you guarantee or co-borrow"),
        _said("guarantee", "yes"),
    ),
    Trigger(
        "instalments",
        Text("因为你说用过分期或延期", "Because you said you used instalments or an extension"),
        _said("instalments", "extension", "often"),
    ),
    Trigger(
        "income-worse",
        Text("因为你说收入比以前紧", "Because you said your income is tighter than before"),
        _said("income", "worse"),
    ),
    Trigger(
        "report-error",
        Text("因为你说身份可能被人冒用", "Because you said your identity may have been misused"),
        _said("identity-theft", "yes"),
    ),
    Trigger(
        "zeroed",
        Text("因为你有一项额度变成了 0", "Because one of your limits fell to 0"),
        lambda now, today: now.zeroed,
    ),
    Trigger(
        "business-line-appeared",
        Text("因为你这里出现了经营性额度", "Because a business-purpose limit appeared"),
        lambda now, today: now.business_line_appeared,
    ),
    Trigger(
        "complaint-open",
        Text("因为你有一件投诉在等答复", "Because a complaint of yours waits for an answer"),
        lambda now, today: now.complaint_on is not None,
    ),
    Trigger(
        "high-debt",
        Text("因为你用掉了总额度的七成以上", "Because you use 70% or more of your limits"),
        lambda now, today: (now.utilisation_bp or 0) >= HIGH_UTILISATION_BP,
    ),
    Trigger(
        "high-debt",
        Text("因为你在四家以上有借款", "Because you owe four or more lenders"),
        lambda now, today: now.lenders >= MANY_LENDERS,
    ),
    Trigger(
        "heavy-month",
        Text(
            "因为每月应还占了收入的一半以上",
            "Because half of your income or more goes into repayments",
        ),
        lambda now, today: now.heavy_month,
    ),
    Trigger(
        "several-debts",
        Text("因为你有两笔以上要还", "Because you have two or more debts to repay"),
        lambda now, today: now.debts > 1,
    ),
    Trigger(
        "unused-line",
        Text("因为你有一条没在用的额度", "Because one of your lines is not in use"),
        lambda now, today: now.unused_lines > 0,
    ),
    Trigger(
        "micro-loan",
        Text("因为放款的是小额贷款公司", "Because the lender is a micro-loan company"),
        lambda now, today: MICRO_LOAN in now.licences,
    ),
    Trigger(
        "term-ending",
        Text("因为你有一条额度快要到期", "Because one of your limits is about to end"),
        _ends_soon,
    ),
)
# Those that speak of what the newest credit report says.
OF_THE_REPORT = TRIGGERS[:4]


def reasons_gone(situation: Situation, today: date) -> frozenset[str]:
    """Reasons, in Chinese, that a newer report no longer gives: what was asked for because of an
    older one need not be done."""
    return frozenset(
        trigger.because.zh for trigger in OF_THE_REPORT if not trigger.holds(situation, today)
    )


FOR_EVERYONE = Text("每个人都建议做", "Recommended for everyone")
# Until such a day is known these tips would only be noise.
WAITS_FOR_ITS_DAY = frozenset({"dispute", "mortgage", "complaint"})


@dataclass(frozen=True)
class PlannedItem:
    """One tip for this person. `anchor_on` is the known day its days are counted from; `position`
    orders items that have no date."""

    tip: str
    anchor_on: date | None
    due_on: date | None
    reason: Text
    position: int


def choose_tips(
    situation: Situation,
    tips: Mapping[str, Tip],
    cause_titles: Mapping[str, Text],
    holidays: Holidays,
    today: date,
) -> tuple[PlannedItem, ...]:
    """The plan of a situation, in the order of the records.

    A tip is chosen because a fact of the situation calls it, because a cause at least possible
    names it, or because it is part of every plan; the reason says which. A tip that is not valid
    today is not chosen.
    """
    because = _because(situation, today)
    chosen = []
    for position, tip in enumerate(tips.values()):
        reason = _reason(tip, because, situation.causes, cause_titles)
        anchor = _anchor(tip, situation, today)
        if reason is None or not tip.is_valid_on(today):
            continue
        if anchor is None and tip.anchor in WAITS_FOR_ITS_DAY:
            continue
        chosen.append(
            PlannedItem(tip.code, anchor, _due(tip, anchor, holidays, today), reason, position)
        )
    return tuple(chosen)


def _because(situation: Situation, today: date) -> dict[str, Text]:
    """The facts that hold, each with its first reason, the strongest fact first."""
    found: dict[str, Text] = {}
    for trigger in TRIGGERS:
        if trigger.name not in found and trigger.holds(situation, today):
            found[trigger.name] = trigger.because
    return found


def _reason(
    tip: Tip, because: Mapping[str, Text], causes: Iterable[str], titles: Mapping[str, Text]
) -> Text | None:
    for name, text in because.items():
        if name in tip.situations:
            return text
    for slug in causes:
        if slug in tip.causes and slug in titles:
            title = titles[slug]
            return Text(
                f"因为可能的原因里有「{title.zh}」", f"Because of a possible cause: {title.en}"
            )
    return FOR_EVERYONE if tip.default else None


def _anchor(tip: Tip, situation: Situation, today: date) -> date | None:
    anchors = {
        "event": situation.event_on,
        "start": today,
        "complaint": situation.complaint_on,
        "report": situation.report_on,
        "dispute": situation.dispute_on,
        "bill": situation.bill_on,
        "id_exp": situation.id_expires_on,
        "mortgage": situation.mortgage_on,
        "payoff": situation.paid_off_on,
        "loan": situation.loan_on,
        "scam": situation.scam_on,
    }
    return anchors.get(tip.anchor)


def _due(tip: Tip, anchor: date | None, holidays: Holidays, today: date) -> date | None:
    """The day of a step chosen today; without a change the steps of one count from today.

    It cannot have been due yesterday: what lies in the past is counted from today again.
    """
    if anchor is None:
        return due_date(tip, today, holidays) if tip.anchor == "event" else None
    due = due_date(tip, anchor, holidays)
    return due if due >= today else max(due_date(tip, today, holidays), today)


def due_date(tip: Tip, anchor: date, holidays: Holidays) -> date:
    """Anchor plus the tip's days; working days skip the rest days of the calendar.

    A tip that only says on which days it returns is due on the first of them.
    """
    if tip.rrule and tip.anchor == "start" and tip.due_days == 0:
        return next_day(tip.rrule, start=anchor, after=anchor) or anchor
    if tip.due_unit == "calendar":
        return anchor + timedelta(days=tip.due_days)
    day, left = anchor, tip.due_days
    for _step in range(MOST_STEPS):
        if left <= 0:
            break
        day += timedelta(days=1)
        left -= not holidays.is_rest_day(day)
    return day


@dataclass(frozen=True, slots=True)
class Had:
    """An item the person has of a tip, as far as a new choice must know it."""

    key: int
    tip: str
    number: int
    state: str
    anchor_on: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a choice changes: items to add, each with its number, and days for items that wait."""

    added: tuple[tuple[PlannedItem, int], ...]
    dated: tuple[tuple[int, PlannedItem], ...]


# A second change, report or dispute calls for the same steps again.
HAPPENS_AGAIN = frozenset(
    {"event", "complaint", "report", "dispute", "payoff", "loan", "scam", "mortgage"}
)
# Days the person gives and may correct.
MAY_MOVE = frozenset({"bill", "id_exp", "mortgage", "payoff", "loan"})


def changes_of(
    planned: Iterable[PlannedItem], had: Sequence[Had], tips: Mapping[str, Tip]
) -> Changes:
    """What the person already has is left alone, with three exceptions.

    A step that waited for a day gets it; a step not begun follows a corrected day; and a step that
    is over comes again for something that happened later. What was dismissed never comes again.
    """
    newest: dict[str, Had] = {}
    dismissed = {row.tip for row in had if row.state == NOT_FOR_ME}
    for row in sorted(had, key=lambda row: row.number):
        newest[row.tip] = row
    added: list[tuple[PlannedItem, int]] = []
    dated: list[tuple[int, PlannedItem]] = []
    for item in planned:
        last, anchor = newest.get(item.tip), tips[item.tip].anchor
        if last is None:
            added.append((item, 1))
        elif item.tip in dismissed:
            continue
        elif last.state in OPEN:
            if _gets_its_day(item, last, anchor):
                dated.append((last.key, item))
        elif anchor in HAPPENS_AGAIN and _is_later(item.anchor_on, last.anchor_on):
            added.append((item, last.number + 1))
    return Changes(tuple(added), tuple(dated))


def _gets_its_day(item: PlannedItem, last: Had, anchor: str) -> bool:
    if item.due_on is None:
        return False
    if last.due_on is None:
        return True
    moved = item.anchor_on is not None and item.anchor_on != last.anchor_on
    return anchor in MAY_MOVE and last.state == TODO and last.number == 1 and moved


def _is_later(day: date | None, than: date | None) -> bool:
    return day is not None and (than is None or day > than)


# What an item without a day waits for.
WAITS_FOR: dict[str, Text] = {
    "report": Text("拿到信用报告以后", "After you have fetched a credit report"),
    "bill": Text("填了每月还款日以后会有日期", "Gets a day once you give your repayment days"),
    "id_exp": Text("填了证件到期日以后会有日期", "Gets a day once you give when your ID expires"),
    "payoff": Text("结清一笔贷款以后", "After you pay off a loan"),
    "loan": Text("每次借款以后", "After each loan you take"),
    "scam": Text("遇到推销或可疑电话时", "When someone calls or tries to sell you a fix"),
    "call": Text("每次打电话以后", "After each phone call"),
}


def waits_for(tip: Tip) -> Text | None:
    """What a step without a date waits for, in words."""
    return WAITS_FOR.get(tip.anchor)
