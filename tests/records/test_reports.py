"""Credit reports: free ones, five years, what to look at, and two side by side, against rows by
hand."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.comparing import compare
from records.domain.reports import (
    EntryNow,
    InquiryNow,
    Report,
    bad_records,
    codes_seen,
    free_reports,
    inquiries_by_category,
    is_bad,
    is_one_too_many,
    kept_until,
    months_before,
    months_of,
    standing,
    to_do,
    word_of,
    years_later,
)
from records.domain.ticking import InNotebook, OpenStep, done_by

day = dt.date
TODAY = day(2026, 11, 30)


def entry(key="a", lender="某某消费金融有限公司", **fields):
    return EntryNow(key=key, lender=lender, **{"kind": "revolving", **fields})


def inquiry(key, on, who="某某银行", reason="贷款审批", category="approval", verdict="unchecked"):
    return InquiryNow(key, on, who, reason, category, verdict)


@pytest.mark.parametrize(
    ("pulled", "used", "left", "next_on"),
    [
        ([], 0, 2, TODAY),
        ([day(2026, 1, 5)], 1, 1, TODAY),
        ([day(2026, 1, 5), day(2026, 7, 6)], 2, 0, day(2027, 1, 1)),
        ([day(2026, 1, 5), day(2026, 7, 6), day(2026, 8, 1)], 3, 0, day(2027, 1, 1)),
        ([day(2025, 12, 31), day(2026, 1, 1)], 1, 1, TODAY),
        ([day(2025, 1, 1), day(2025, 6, 1)], 0, 2, TODAY),
    ],
    ids=["none", "one", "both", "three-written", "only-this-year", "last-year"],
)
def test_two_reports_a_calendar_year_are_free(pulled, used, left, next_on):
    found = free_reports(pulled, TODAY)
    assert (found.used, found.left, found.next_on) == (used, left, next_on)


def test_a_third_free_report_belongs_to_its_own_year():
    pulled = [day(2025, 3, 1), day(2025, 9, 1)]
    assert is_one_too_many(pulled, day(2025, 12, 31))
    assert not is_one_too_many(pulled, day(2026, 1, 1))


@pytest.mark.parametrize(
    ("ended", "until"),
    [
        (day(2021, 3, 15), day(2026, 3, 15)),
        (day(2024, 2, 29), day(2029, 2, 28)),
        (day(2023, 2, 28), day(2028, 2, 28)),
        (day(2020, 12, 31), day(2025, 12, 31)),
    ],
)
def test_five_years_end_on_the_same_day_or_the_last_of_the_month(ended, until):
    assert kept_until(ended) == until


@given(st.dates(day(1990, 1, 1), day(2090, 12, 31)), st.integers(1, 30))
def test_a_period_of_years_is_never_longer_and_at_most_a_day_shorter(start, years):
    end = years_later(start, years)
    assert end.year == start.year + years
    assert end.month == start.month
    assert 0 <= start.day - end.day <= 1


@given(st.dates(day(1991, 1, 1), day(2090, 12, 31)), st.integers(0, 60))
def test_months_before_keep_the_day_or_end_the_month(start, months):
    found = months_before(start, months)
    assert start.year * 12 + start.month - found.year * 12 - found.month == months
    assert found.day == start.day or (found + dt.timedelta(1)).day == 1


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"state": "normal"}, False),
        ({"state": "overdue"}, True),
        ({"state": "bad"}, True),
        ({"overdue_fen": 1}, True),
        ({"overdue_fen": 0, "overdue_months": 0, "over_90": False}, False),
        ({"overdue_months": 2}, True),
        ({"over_90": True}, True),
        ({"codes": "NNNCNN*AM"}, False),
        ({"codes": "NN1NN"}, True),
        ({"codes": "NNGNN"}, True),
        ({"kind": "public"}, True),
        ({"bad_until": day(2022, 1, 1)}, True),
        ({"limit_fen": 0, "state": "stopped"}, False),
    ],
)
def test_a_cut_or_stopped_limit_is_no_bad_record_and_being_late_is(fields, bad):
    assert is_bad(entry(**fields)) is bad


def test_bad_records_stand_with_their_last_day_those_that_should_be_gone_first():
    rows = [
        entry("running", state="overdue", bad_until=day(2020, 1, 1)),
        entry("near", overdue_months=1, bad_until=day(2022, 1, 10)),
        entry("gone", overdue_months=1, bad_until=day(2020, 5, 1)),
        entry("open", overdue_months=1),
        entry("court", kind="public", bad_until=day(2019, 1, 1)),
        entry("clean"),
    ]
    found = bad_records(rows, reported_on=day(2026, 11, 20), today=TODAY)
    assert [row.entry.key for row in found] == ["gone", "near", "running", "open", "court"]
    assert [row.kept_until for row in found] == [
        day(2025, 5, 1),
        day(2027, 1, 10),
        None,
        None,
        None,
    ]
    assert [row.too_long for row in found] == [True, False, False, False, False]
    assert [row.is_near for row in found] == [False, True, False, False, False]


def test_on_its_last_day_a_bad_record_may_still_be_listed():
    row = entry(overdue_months=1, bad_until=day(2021, 11, 20))
    on_the_day = bad_records([row], day(2026, 11, 20), TODAY)[0]
    the_day_after = bad_records([row], day(2026, 11, 21), TODAY)[0]
    assert not on_the_day.too_long
    assert the_day_after.too_long


WORDS = ["审批", "贷款审批", "贷后管理", "法人代表资信审查"]


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("贷款审批", "贷款审批"),
        ("信用卡审批", "审批"),
        ("法人代表、负责人、高管等资信审查", ""),
        ("个人贷后管理", "贷后管理"),
        ("没见过的原因", ""),
    ],
)
def test_a_reason_is_known_by_the_longest_of_the_words_printed(reason, word):
    assert word_of(reason, WORDS) == word


def test_a_report_in_numbers():
    entries = [
        entry("a", limit_fen=100_000, balance_fen=70_000, state="normal"),
        entry("b", lender="乙", limit_fen=0, balance_fen=50_000, state="overdue"),
        entry("c", lender="丙", kind="loan", limit_fen=900_000, balance_fen=300_000),
        entry("d", state="settled", balance_fen=0, verdict="right"),
        entry("e", kind="public", lender="某某法院", verdict="wrong"),
    ]
    asked = [
        inquiry("1", day(2026, 11, 19)),
        inquiry("2", day(2026, 11, 19)),  # the same bank on the same day
        inquiry("3", day(2026, 9, 1), who="乙"),
        inquiry("4", day(2026, 8, 20), who="丙"),  # three months ago to the day: not within
        inquiry("5", day(2026, 8, 21), who="丁", verdict="strange"),
        inquiry("6", day(2026, 11, 1), category="own", reason="本人查询"),
        inquiry("7", day(2026, 11, 1), category="managing", verdict="routine"),
    ]
    now = standing(entries, asked, day(2026, 11, 20))
    assert (now.running, now.lenders) == (3, 3)
    assert now.balance_fen == 420_000
    assert (now.limit_fen, now.used_bp) == (100_000, 7_000)
    assert (now.overdue, now.bad, now.wrong) == (1, 2, 1)
    assert now.approvals == 3
    assert (now.unchecked_entries, now.unchecked_inquiries, now.strange_inquiries) == (3, 4, 1)
    todo = to_do(now, bad_records(entries, day(2026, 11, 20), TODAY))
    assert todo == (
        ("overdue", 1),
        ("wrong", 1),
        ("strange", 1),
        ("check-entries", 3),
        ("check-inquiries", 4),
    )


def test_inquiries_are_counted_by_their_kind():
    rows = [
        inquiry(str(n), TODAY, category=kind)
        for n, kind in enumerate(["own", "approval", "", "merchant", "approval", "managing"])
    ]
    found = inquiries_by_category(rows)
    assert found == (("approval", 2), ("managing", 1), ("own", 1), ("", 2))
    assert inquiries_by_category([]) == ()


def test_an_empty_report_asks_for_nothing():
    now = standing([], [], TODAY)
    assert now.used_bp is None
    assert to_do(now, ()) == ()


def test_marks_of_repayment_are_told_once_each_and_have_their_months():
    assert [(row.code, row.times) for row in codes_seen("NN1NM")] == [("N", 3), ("1", 1), ("M", 1)]
    months = months_of("N1N", day(2026, 1, 1))
    assert [(row.on, row.code) for row in months] == [
        (day(2025, 11, 1), "N"),
        (day(2025, 12, 1), "1"),
        (day(2026, 1, 1), "N"),
    ]
    assert months_of("N1N", None) == ()


def test_two_reports_show_what_appeared_went_and_changed():
    older = Report(
        day(2026, 6, 1),
        (
            entry(
                "1", opened_on=day(2020, 1, 1), limit_fen=5_000_000, balance_fen=0, state="normal"
            ),
            entry("2", lender="乙", opened_on=day(2019, 5, 5), state="normal"),
            entry("3", lender="丙", kind="loan", opened_on=day(2024, 1, 1), limit_fen=100),
        ),
        (inquiry("q1", day(2024, 7, 1)), inquiry("q2", day(2026, 5, 1))),
    )
    newer = Report(
        day(2026, 11, 20),
        (
            entry("4", opened_on=day(2020, 1, 1), limit_fen=0, balance_fen=0, state="normal"),
            entry("5", lender="丙", kind="loan", opened_on=day(2024, 1, 1), limit_fen=100),
            entry("6", lender="浙江网商银行股份有限公司", opened_on=day(2026, 10, 12)),
        ),
        (
            inquiry("q3", day(2026, 10, 12), who="浙江网商银行股份有限公司"),
            inquiry("q4", day(2026, 10, 1), category="managing", reason="贷后管理"),
        ),
    )
    found = compare(older, newer)
    assert [row.key for row in found.appeared] == ["6"]
    assert [row.key for row in found.gone] == ["2"]
    assert found.same == 1
    (changed,) = found.changed
    assert changed.limit_fell
    assert not changed.got_overdue
    assert [(one.name, one.before, one.after) for one in changed.differences] == [
        ("limit_fen", 5_000_000, 0)
    ]
    assert [row.key for row in found.new_inquiries] == ["q3", "q4"]
    assert [row.key for row in found.to_ask_about] == ["q3"]
    assert found.aged_out == 1
    assert [row.key for row in found.lost] == ["q2"]


def test_width_of_brackets_and_blanks_are_the_printers():
    one = Report(TODAY, (entry("1", lender="重庆(某某) 小额贷款", opened_on=day(2020, 1, 1)),))
    two = Report(TODAY, (entry("2", lender="重庆（某某）小额贷款", opened_on=day(2020, 1, 1)),))
    assert compare(one, two).nothing


def test_nothing_overdue_is_the_same_printed_or_not():
    brief = Report(TODAY, (entry("1", limit_fen=5),))
    detailed = Report(TODAY, (entry("2", limit_fen=5, overdue_fen=0, overdue_months=0),))
    late = Report(TODAY, (entry("3", limit_fen=5, overdue_fen=7, overdue_months=1),))
    assert compare(brief, detailed).nothing
    (changed,) = compare(brief, late).changed
    assert [(one.name, one.before, one.after) for one in changed.differences] == [
        ("overdue_fen", None, 7),
        ("overdue_months", None, 1),
    ]


def test_equal_rows_are_paired_one_by_one():
    twins = (entry("1", kind="loan", limit_fen=5), entry("2", kind="loan", limit_fen=5))
    found = compare(Report(TODAY, twins), Report(TODAY, twins[:1]))
    assert (len(found.gone), found.same, found.appeared) == (1, 1, ())


ROWS = st.lists(
    st.builds(
        EntryNow,
        key=st.uuids().map(str),
        kind=st.sampled_from(["loan", "revolving"]),
        lender=st.sampled_from(["甲", "乙"]),
        limit_fen=st.sampled_from([None, 0, 5]),
        state=st.sampled_from(["normal", "settled"]),
    ),
    max_size=8,
)


@given(ROWS, ROWS)
def test_every_row_of_both_reports_is_told_exactly_once(before, after):
    found = compare(Report(TODAY, tuple(before)), Report(TODAY, tuple(after)))
    assert len(before) == found.same + len(found.changed) + len(found.gone)
    assert len(after) == found.same + len(found.changed) + len(found.appeared)


@given(ROWS)
def test_a_report_does_not_differ_from_itself(rows):
    report = Report(TODAY, tuple(rows))
    assert compare(report, report).nothing


SEEN = InNotebook(
    day(2026, 11, 20), rows=9, inquiries=3, unchecked_entries=0, unchecked_inquiries=0
)


@pytest.mark.parametrize(
    ("step", "report", "done"),
    [
        (("T09", 1, day(2026, 10, 12), day(2026, 11, 16)), SEEN, True),
        (("T09", 1, day(2026, 10, 20), day(2026, 11, 24)), SEEN, False),
        (("T09", 2, day(2026, 1, 1), day(2027, 1, 5)), SEEN, True),
        (("T09", 2, day(2026, 1, 1), day(2027, 7, 5)), SEEN, False),
        (("T09", 1, None, None), SEEN, True),
        (("T11", 1, day(2026, 11, 20), None), SEEN, True),
        (("T11", 1, day(2026, 11, 21), None), SEEN, False),
        (("T11", 1, None, None), InNotebook(TODAY, 0, 0, 0, 0), False),
        (("T10", 1, None, None), SEEN, True),
        (("T10", 1, None, None), InNotebook(TODAY, 9, 3, 1, 0), False),
        (("T12", 1, None, None), InNotebook(TODAY, 9, 3, 1, 0), True),
        (("T12", 1, None, None), InNotebook(TODAY, 9, 0, 0, 0), False),
        (("T12", 1, None, None), InNotebook(TODAY, 9, 3, 0, 1), False),
        (("T13", 1, None, None), SEEN, False),
        (("T13", 1, None, None), InNotebook(TODAY, 9, 3, 0, 0, 2, 0), True),
        (("T13", 1, None, None), InNotebook(TODAY, 9, 3, 0, 0, 1, 1), False),
        (("T04", 1, None, None), SEEN, False),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_steps_that_the_notebook_has_done(step, report, done):
    tip, number, anchor, due = step
    assert bool(done_by([OpenStep(7, tip, number, anchor, due)], report)) is done
