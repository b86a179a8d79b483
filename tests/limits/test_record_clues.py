"""Which clues a credit report gives about a change, against reports by hand."""

import datetime as dt

import pytest

from limits.domain.causes import rank_causes
from limits.domain.record_clues import record_codes
from limits.domain.signals import Change, signals_of
from records.domain.reports import EntryNow, InquiryNow, Report

day = dt.date
BEFORE, EVENT, AFTER = day(2026, 10, 11), day(2026, 10, 12), day(2026, 11, 20)
ANT = "重庆蚂蚁消费金融有限公司"
MYBANK = "浙江网商银行股份有限公司"
FALL = Change("jiebei", 5_000_000, 0, EVENT, key="fall")


def entry(lender=ANT, **fields):
    given = {"kind": "revolving", "business": "其他个人消费贷款", "state": "normal"} | fields
    return EntryNow(key=str(fields), lender=lender, **given)


def inquiry(days_before, reason="贷款审批", category="approval", who="示范银行"):
    on = EVENT - dt.timedelta(days=days_before)
    return InquiryNow(f"{days_before}{who}", on, who, reason, category)


def then(*rows):
    """The same on the day before the change."""
    return report(*rows, on=BEFORE)


def report(*rows, on=AFTER):
    entries = tuple(row for row in rows if isinstance(row, EntryNow))
    return Report(on, entries, tuple(row for row in rows if isinstance(row, InquiryNow)))


CASES = {
    "overdue": (then(entry(overdue_fen=100)), {"RP_OVERDUE_NOW"}, {"RP_CLEAN"}),
    "clean": (report(entry()), {"RP_CLEAN"}, {"RP_OVERDUE_NOW"}),
    "nothing-entered-is-not-clean": (report(inquiry(5)), set(), {"RP_CLEAN"}),
    "late-mark-in-two-years": (
        report(entry(codes="NN2NN", as_of=day(2026, 10, 1))),
        {"RP_OVERDUE_24M"},
        {"RP_CLEAN"},
    ),
    "late-mark-of-the-month-of-the-change": (
        report(entry(codes="NN1", as_of=day(2026, 10, 1))),
        set(),
        {"RP_OVERDUE_24M"},
    ),
    "late-mark-24-months-before": (
        report(entry(codes="1" + "N" * 24, as_of=day(2026, 10, 1))),
        {"RP_OVERDUE_24M"},
        set(),
    ),
    "late-mark-25-months-before": (
        report(entry(codes="1" + "N" * 25, as_of=day(2026, 10, 1))),
        set(),
        {"RP_OVERDUE_24M"},
    ),
    "late-mark-before-that": (
        report(entry(codes="2" + "N" * 30, as_of=day(2026, 10, 1))),
        set(),
        {"RP_OVERDUE_24M", "RP_CLEAN"},
    ),
    "late-mark-after-the-change": (
        report(entry(codes="NN1", as_of=day(2026, 11, 1))),
        set(),
        {"RP_OVERDUE_24M"},
    ),
    "late-within-the-month": (
        report(entry(codes="NMN", as_of=day(2026, 10, 1))),
        {"RP_LATE_M", "RP_CLEAN"},
        {"RP_OVERDUE_24M"},
    ),
    "graded-as-a-risk": (then(entry(five_class="watch")), {"RP_FIVECLASS"}, set()),
    "graded-after-the-change": (report(entry(five_class="loss")), set(), {"RP_FIVECLASS"}),
    "graded-normal": (then(entry(five_class="normal")), set(), {"RP_FIVECLASS"}),
    "not-graded": (then(entry(five_class="unrated"), entry()), set(), {"RP_FIVECLASS"}),
    "stopped": (then(entry(state="stopped")), {"RP_STOP"}, set()),
    "stopped-by-the-change": (report(entry(state="stopped")), set(), {"RP_STOP"}),
    "late-after-the-change": (
        report(entry(overdue_fen=100)),
        set(),
        {"RP_OVERDUE_NOW", "RP_CLEAN"},
    ),
    "court": (report(entry("某某法院", kind="public")), {"RP_PUBLIC"}, {"RP_CLEAN"}),
    "guarantee": (then(entry(kind="guarantee", state="overdue")), {"RP_LIABILITY"}, set()),
    "not-mine": (report(entry(verdict="strange")), {"RP_UNKNOWN_ACCT"}, set()),
    "many-lenders": (
        then(*(entry(f"演示银行{n}号股份有限公司") for n in "一二三四")),
        {"RP_LENDERS_HIGH"},
        set(),
    ),
    "used-up-because-it-fell": (
        report(entry(limit_fen=100, balance_fen=70)),
        set(),
        {"RP_UTIL_HIGH"},
    ),
    "well-used": (
        then(entry(limit_fen=100, balance_fen=70)),
        {"RP_UTIL_HIGH"},
        {"RP_LENDERS_HIGH"},
    ),
    "four-approvals": (
        report(*(inquiry(10, who=f"示范银行{n}") for n in range(4))),
        {"RP_HARD_3M_HIGH"},
        {"RP_HARD_3M_LOW"},
    ),
    "two-approvals": (
        report(inquiry(10, who="甲"), inquiry(11, who="乙")),
        set(),
        {"RP_HARD_3M_HIGH", "RP_HARD_3M_LOW"},
    ),
    "one-approval": (report(inquiry(10)), {"RP_HARD_3M_LOW"}, set()),
    "approvals-of-a-report-before": (
        report(inquiry(30), on=day(2026, 9, 30)),
        set(),
        {"RP_HARD_3M_LOW"},
    ),
    "the-lender-looked": (
        report(inquiry(45, "贷后管理", "managing", ANT)),
        {"RP_POSTLOAN_BEFORE"},
        set(),
    ),
    "the-lender-looked-earlier": (
        report(inquiry(46, "贷后管理", "managing", ANT)),
        set(),
        {"RP_POSTLOAN_BEFORE"},
    ),
    "another-lender-looked": (
        report(inquiry(5, "贷后管理", "managing", "示范银行股份有限公司")),
        set(),
        {"RP_POSTLOAN_BEFORE"},
    ),
    "limit-review": (
        report(inquiry(5, "额度审批", "approval", MYBANK)),
        {"RP_LIMIT_REVIEW", "RP_APPROVAL_MYBANK"},
        set(),
    ),
    "merchant": (
        report(inquiry(300, "特约商户实名审查", "merchant")),
        {"RP_MERCHANT_QUERY"},
        set(),
    ),
    "mybank-line": (
        report(entry(MYBANK, business="个人经营性贷款")),
        {"RP_LINE_MYBANK"},
        {"RP_PERMANENT"},
    ),
    "permanent": (report(entry(is_permanent=True)), {"RP_PERMANENT"}, {"RP_EXPIRED"}),
    "ended": (report(entry(ends_on=day(2026, 10, 1))), {"RP_EXPIRED"}, {"RP_PERMANENT"}),
    "lower": (report(entry(limit_fen=0)), {"RP_LIMIT_LOWER"}, {"RP_LINE_GONE"}),
    "as-high-as-before": (report(entry(limit_fen=5_000_000)), set(), {"RP_LIMIT_LOWER"}),
    "two-lines-tell-nothing": (
        report(entry(limit_fen=0), entry(limit_fen=1)),
        set(),
        {"RP_LIMIT_LOWER"},
    ),
    "gone": (report(entry(state="settled")), {"RP_LINE_GONE"}, {"RP_LIMIT_LOWER"}),
    "before-the-change-it-is-not-lower": (
        report(entry(limit_fen=1), on=day(2026, 10, 12)),
        set(),
        {"RP_LIMIT_LOWER"},
    ),
    "too-long-ago": (report(entry(overdue_fen=1), on=day(2026, 6, 13)), set(), {"RP_OVERDUE_NOW"}),
}


@pytest.mark.parametrize(("paper", "given", "not_given"), CASES.values(), ids=CASES)
def test_clues_of_one_report(known, paper, given, not_given):
    found = record_codes([paper], FALL, known)
    assert given <= found
    assert not (not_given & found)


def test_every_clue_has_a_reviewed_sentence(known):
    codes = set().union(*(given for _paper, given, _not in CASES.values()))
    assert codes <= set(known.signals)


def test_the_report_closest_to_the_change_tells_what_an_account_was_like(known):
    far = report(entry(overdue_fen=1), on=day(2026, 7, 1))
    close = report(entry(), on=day(2026, 10, 1))
    assert "RP_OVERDUE_NOW" not in record_codes([far, close], FALL, known)
    assert "RP_OVERDUE_NOW" in record_codes([far], FALL, known)


def test_an_inquiry_on_two_reports_is_one(known):
    papers = [
        report(inquiry(10, who="甲"), inquiry(9, who="乙"), on=on)
        for on in (day(2026, 10, 20), day(2026, 11, 20))
    ]
    assert "RP_HARD_3M_HIGH" not in record_codes(papers, FALL, known)


def test_an_overdue_account_on_the_report_makes_lateness_likely(known):
    codes = record_codes([then(entry(overdue_fen=100))], FALL, known)
    signals = signals_of(FALL, [FALL], {}, known, report_codes=codes)
    ranking = rank_causes(signals, known)
    first = next(row for row in ranking.causes if row.slug == "overdue")
    assert "RP_OVERDUE_NOW" in [item.signal for item in first.supporting]
    assert {item.origin for item in first.supporting if item.signal.startswith("RP_")} == {"report"}
