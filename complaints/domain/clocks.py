"""Legal periods: start day + rule + holidays → due day, with the arithmetic spelled out.

The day of the event is not counted (民法典第201条). A last day on a rest day moves to the next
working day only where the rule has it (民法典第203条). Nothing here knows today's date.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from guidance.domain.records import VERIFIED, Extension, Holidays, Rule, Text
from inputs.dates import day_zh

Certainty = Literal["firm", "provisional", "soft", "none"]
FIRST_YEAR, LAST_YEAR = 1900, 2200
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONE_DAY = timedelta(days=1)


class ClockError(ValueError):
    """The period lies outside the calendar this portal counts in."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A computed period. `extended_on` are the days of the ladder, from the same start;
    `calendar` is the fingerprint of the holidays it was counted with."""

    rule_code: str
    rule_version: str
    start_on: date
    due_on: date | None
    extended_on: tuple[date, ...]
    certainty: Certainty
    steps: tuple[Text, ...]
    source: Text
    calendar: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is pinned on a filed step."""
        return {
            "rule": self.rule_code,
            "version": self.rule_version,
            "start_on": self.start_on.isoformat(),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "extended_on": [day.isoformat() for day in self.extended_on],
            "certainty": self.certainty,
            "steps": [{"zh": step.zh, "en": step.en} for step in self.steps],
            "source": {"zh": self.source.zh, "en": self.source.en},
            "calendar": self.calendar,
        }


@dataclass(frozen=True, slots=True)
class _End:
    """Where a period ends, how that was counted, and what keeps the day from being certain."""

    on: date
    counted: tuple[Text, ...]
    doubts: tuple[Text, ...] = ()


def compute_clock(rule: Rule, start_on: date, holidays: Holidays) -> Clock:
    """The clock of `rule` started by what happened on `start_on` (a civil day in Beijing).

    firm         the rule is verified and was in force, the calendar known, the last day no open
                 question
    provisional  one of these is missing; the steps say which
    soft         the number is a benchmark without force of its own
    none         the law names no number of days, or the rule is over: `due_on` is None

    The certainty speaks of `due_on` alone; a doubt about an extended day stands in its own step.
    Raises ClockError when start or end lies outside the years 1900 to 2200.
    """
    if rule.closed_on is not None:
        return _without_day(rule, start_on, holidays, _closed(rule.closed_on))
    if rule.amount is None or rule.unit == "none":
        return _without_day(rule, start_on, holidays, NO_NUMBER)
    _in_range(start_on)
    end = _end(rule, rule.amount, start_on, holidays)
    ladder = [(rung, _end(rule, rung.total, start_on, holidays)) for rung in rule.extensions]
    return Clock(
        rule_code=rule.code,
        rule_version=rule.version,
        start_on=start_on,
        due_on=end.on,
        extended_on=tuple(found.on for _rung, found in ladder),
        certainty=_certainty(rule, start_on, end),
        steps=(
            _start_step(rule, start_on),
            *end.counted,
            *end.doubts,
            *(() if rule.is_valid_on(start_on) else (_not_in_force(rule, start_on),)),
            *(_extension_step(rule, rung, found) for rung, found in ladder),
            *(() if rule.strength in VERIFIED else (NOT_VERIFIED,)),
            *((SOFT,) if rule.soft else ()),
        ),
        source=_source(rule),
        calendar=holidays.fingerprint,
    )


def _certainty(rule: Rule, start_on: date, end: _End) -> Certainty:
    if rule.soft:
        return "soft"
    sure = rule.strength in VERIFIED and rule.is_valid_on(start_on) and not end.doubts
    return "firm" if sure else "provisional"


NO_NUMBER = Text(
    "这条规则没有法定天数，只要求及时处理，所以算不出具体日期。",
    "The rule names no number of days, only prompt handling; no day can be computed.",
)
NOT_VERIFIED = Text(
    "这条规则的原文还没有核对过，日期只能作暂定。",
    "The official text of this rule has not been checked yet, so the day is provisional.",
)
SOFT = Text(
    "这个天数只是参考标准，不是对方必须遵守的法定期限。",
    "This number is a benchmark only, not a period the other side is bound to by law.",
)


def _closed(closed_on: date) -> Text:
    return Text(
        f"这条规则已于 {day_zh(closed_on)} 截止，不再适用。",
        f"This rule ended on {closed_on.isoformat()} and applies no more.",
    )


def _not_in_force(rule: Rule, start_on: date) -> Text:
    """Which version would hold is not known to this site, so the day is provisional."""
    valid = Text(
        f"{day_zh(rule.valid_from)}起" if rule.valid_from else "",
        f"from {rule.valid_from.isoformat()}" if rule.valid_from else "",
    )
    if rule.valid_to:
        valid = Text(
            f"{valid.zh}到 {day_zh(rule.valid_to)}止",
            f"{valid.en} until {rule.valid_to.isoformat()}".strip(),
        )
    return Text(
        f"这条规则的有效期是{valid.zh}，不包括 {day_zh(start_on)}，所以是暂定。",
        f"This rule is in force {valid.en}, not on {start_on.isoformat()}, so the day is "
        "provisional.",
    )


def _without_day(rule: Rule, start_on: date, holidays: Holidays, why: Text) -> Clock:
    return Clock(
        rule_code=rule.code,
        rule_version=rule.version,
        start_on=start_on,
        due_on=None,
        extended_on=(),
        certainty="none",
        steps=(why, rule.note),
        source=_source(rule),
        calendar=holidays.fingerprint,
    )


def _source(rule: Rule) -> Text:
    """Instrument, and the article only where somebody has read it."""
    article = rule.article if rule.print_article and rule.strength == "V" else ""
    return Text(f"{rule.instrument.zh}{article}", f"{rule.instrument.en} {article}".strip())


def _end(rule: Rule, amount: int, start_on: date, holidays: Holidays) -> _End:
    if rule.unit == "working":
        return _working_end(amount, start_on, holidays)
    return _calendar_end(rule, amount, start_on, holidays)


def _working_end(amount: int, start_on: date, holidays: Holidays) -> _End:
    """Count working days: rest days of the calendar are skipped, 调休 days count."""
    day, left, skipped, unknown = start_on, amount, 0, set()
    while left > 0:
        day = _next(day)
        if not holidays.is_known(day):
            unknown.add(day.year)
        if holidays.is_rest_day(day):
            skipped += 1
        else:
            left -= 1
    counted = (
        _working_step(amount, start_on + ONE_DAY, skipped),
        _last_step(Text(f"第 {amount} 个工作日", f"Working day {amount}"), day),
    )
    return _End(day, counted, tuple(map(_unknown_year, sorted(unknown))))


def _calendar_end(rule: Rule, amount: int, start_on: date, holidays: Holidays) -> _End:
    """Days, months or years; then what a last day on a rest day does to it."""
    last = _add(rule, amount, start_on)
    counted = (_count_step(rule, amount, start_on), _last_step(_last_name(rule, amount), last))
    doubts = () if holidays.is_known(last) else (_unknown_year(last.year),)
    if not holidays.is_rest_day(last):
        return _End(last, counted, doubts)
    moved = _next_working_day(last, holidays)
    if rule.rollover == "yes":
        # 民法典第203条: 期间的最后一日是法定休假日的，以法定休假日结束的次日为期间的最后一日。
        if not doubts and not holidays.is_known(moved):
            doubts = (_unknown_year(moved.year),)
        return _End(moved, (*counted, _moved_step(moved)), doubts)
    if rule.rollover == "no":
        return _End(last, (*counted, STAYS), doubts)
    return _End(last, counted, (_unstated_step(moved), *doubts))


def _add(rule: Rule, amount: int, start_on: date) -> date:
    """The last day. 民法典第202条: months and years end on the same day number, or, where that
    month has none, on the month's last day."""
    try:
        if rule.unit == "month":
            last = start_on + relativedelta(months=amount)
        elif rule.unit == "year":
            last = start_on + relativedelta(years=amount)
        else:
            last = start_on + timedelta(days=amount)
    except (OverflowError, ValueError) as error:
        raise ClockError(rule.code) from error
    return _in_range(last)


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ClockError(day.isoformat())
    return day


def _next(day: date) -> date:
    return _in_range(day + ONE_DAY)


def _next_working_day(day: date, holidays: Holidays) -> date:
    while holidays.is_rest_day(day):
        day = _next(day)
    return day


UNITS = {
    "calendar": Text("个自然日", "calendar days"),
    "month": Text("个月", "months"),
    "year": Text("年", "years"),
}
STAYS = Text(
    "这一天是休息日，按规则不顺延。",
    "That is a rest day; under this rule the period still ends on it.",
)


def _start_step(rule: Rule, start_on: date) -> Text:
    return Text(
        f"{day_zh(start_on)}：{rule.trigger.zh}。当天不计（民法典第201条）。",
        f"{start_on.isoformat()}: {rule.trigger.en}. That day is not counted "
        "(Civil Code, art. 201).",
    )


def _count_step(rule: Rule, amount: int, start_on: date) -> Text:
    unit, first = UNITS[rule.unit], start_on + ONE_DAY
    if rule.unit == "calendar":
        return Text(
            f"从 {_short_zh(first)}起数 {amount} 个自然日，周末和节假日也算在内。",
            f"Count {amount} calendar days from {first.isoformat()}, weekends and holidays "
            "included.",
        )
    return Text(
        f"从 {_short_zh(first)}起算 {amount} {unit.zh}，到期月的对应日是最后一天，"
        "没有对应日的是月末（民法典第202条）。",
        f"Count {amount} {unit.en} from {first.isoformat()}; the last day has the same day number, "
        "or is the month's end where there is none (Civil Code, art. 202).",
    )


def _working_step(amount: int, first: date, skipped: int) -> Text:
    over_zh = f"，跳过 {skipped} 个休息日（调休上班日照算）" if skipped else "，中间没有休息日"
    over_en = f"skipping {skipped} rest days (make-up working days count)" if skipped else ""
    return Text(
        f"从 {_short_zh(first)}起数 {amount} 个工作日{over_zh}。",
        f"Count {amount} working days from {first.isoformat()}, "
        f"{over_en or 'with no rest day between'}.",
    )


def _last_name(rule: Rule, amount: int) -> Text:
    if rule.unit == "calendar":
        return Text(f"第 {amount} 天", f"Day {amount}")
    return Text("最后一天", "The last day")


def _last_step(name: Text, last: date) -> Text:
    return Text(f"{name.zh}是 {_day_zh(last)}。", f"{name.en} is {_day_en(last)}.")


def _moved_step(moved: date) -> Text:
    return Text(
        f"这一天是休息日，按民法典第203条顺延到 {_day_zh(moved)}。",
        f"That is a rest day, so the period ends on {_day_en(moved)} (Civil Code, art. 203).",
    )


def _unstated_step(moved: date) -> Text:
    return Text(
        "这一天是休息日，规则没有写明是否顺延，所以是暂定；"
        f"如果顺延，下一个工作日是 {_day_zh(moved)}。",
        "That is a rest day and the rule does not say whether it moves, so the day is "
        f"provisional; if it moves, the next working day is {_day_en(moved)}.",
    )


def _extension_step(rule: Rule, rung: Extension, found: _End) -> Text:
    """One rung, and why its day is provisional if it is."""
    unit = Text("个工作日", "working days") if rule.unit == "working" else UNITS[rule.unit]
    doubt_zh = "".join(doubt.zh for doubt in found.doubts)
    doubt_en = " ".join(doubt.en for doubt in found.doubts)
    return Text(
        f"{rung.why.zh}：从同一天起数满 {rung.total} {unit.zh}，"
        f"最迟到 {_day_zh(found.on)}。{doubt_zh}",
        f"{rung.why.en}: {rung.total} {unit.en} from the same start, {_day_en(found.on)} at the "
        f"latest. {doubt_en}".strip(),
    )


def _unknown_year(year: int) -> Text:
    return Text(
        f"本站没有 {year} 年的放假安排（通常上一年年底公布），这个日期是暂定的，公布后会重新计算。",
        f"The holidays of {year} are not in our calendar (they are announced late in the year "
        "before); the day is provisional and will be computed again.",
    )


def _short_zh(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"


def _day_zh(day: date) -> str:
    return f"{day_zh(day)}（星期{WEEKDAYS_ZH[day.weekday()]}）"


def _day_en(day: date) -> str:
    return f"{day.isoformat()} ({WEEKDAYS_EN[day.weekday()]})"
