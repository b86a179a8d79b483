"""What was said of a row holds for the same row of the next report, and only what can still hold.

And what is not his: nobody is told to repay a debt that he says is somebody else's.
"""

import datetime as dt

import pytest

from records.domain.carrying import EntrySaid, InquirySaid, said_of_entries, said_of_inquiries
from records.domain.report_shapes import EntryRead, InquiryRead
from records.domain.reports import EntryNow, InquiryNow, bad_records, standing, to_do
from records.models import PlanItem
from records.services import add_inquiry, confirm_report, judge_entry, judge_inquiries
from tests.records.notebook import NOON, confirmed, entry_of, imported, noted, paper

DAY = dt.date(2020, 5, 1)
PAID, FILED = dt.date(2023, 6, 1), dt.date(2026, 10, 1)


def before(**fields):
    return EntryNow(key="k", kind="loan", lender="甲银行", opened_on=DAY, limit_fen=100, **fields)


def now(**fields):
    given = {"kind": "loan", "lender": "甲银行", "opened_on": DAY, "limit_fen": 100} | fields
    return EntryRead(**given)


KEPT = [
    ("right", {"verdict": "right"}, {}, EntrySaid()),
    ("wrong", {"verdict": "wrong"}, {}, EntrySaid()),
    ("not his", {"verdict": "strange"}, {}, EntrySaid("strange", words_of="k")),
    ("paid off", {"bad_until": PAID}, {}, EntrySaid(bad_until=PAID)),
    ("late again", {"bad_until": PAID}, {"state": "overdue"}, EntrySaid()),
    ("late again by amount", {"bad_until": PAID}, {"overdue_fen": 1}, EntrySaid()),
    ("objected", {"disputed_on": FILED}, {}, EntrySaid(disputed_on=FILED)),
    ("another loan", {"verdict": "strange"}, {"limit_fen": 200}, EntrySaid()),
    ("another lender", {"bad_until": PAID}, {"lender": "乙银行"}, EntrySaid()),
]


@pytest.mark.parametrize(
    ("said", "prints", "kept"), [row[1:] for row in KEPT], ids=[r[0] for r in KEPT]
)
def test_of_an_entry_only_what_can_still_hold_is_kept(said, prints, kept):
    assert said_of_entries([before(**said)], [now(**prints)]) == (kept,)


def test_two_alike_are_paired_in_their_order():
    first, second = before(verdict="strange"), before()
    assert [row.verdict for row in said_of_entries([first, second], [now(), now(), now()])] == [
        "strange",
        "unchecked",
        "unchecked",
    ]


def looked(**fields):
    given = {"key": "q", "on": DAY, "who": "甲银行", "reason": "贷款审批"}
    return InquiryNow(**given | fields)


def test_of_an_inquiry_everything_is_kept_and_looking_oneself_up_is_ones_own():
    rows = [
        InquiryRead(on=DAY, who="甲银行", reason="贷款审批"),
        InquiryRead(on=DAY, who="甲银行", reason="本人查询"),
        InquiryRead(on=DAY, who="乙银行", reason="贷款审批"),
    ]
    earlier = [looked(verdict="strange", disputed_on=FILED)]
    assert said_of_inquiries(earlier, rows, {"本人查询"}) == (
        InquirySaid("strange", FILED),
        InquirySaid("mine"),
        InquirySaid(),
    )


def test_that_one_did_not_look_oneself_up_is_kept_too():
    row = InquiryRead(on=DAY, who="本人", reason="本人查询")
    earlier = looked(who="本人", reason="本人查询", verdict="strange")
    assert said_of_inquiries([earlier], [row], {"本人查询"}) == (InquirySaid("strange"),)


def second_paper():
    return paper().replace("2026-07-03 15:19:01", "2026-11-20 09:00:00")


def test_the_next_report_knows_what_was_said_of_the_last(person, known):
    first = confirmed(person)
    card = first.entries.in_order().first()
    judge_entry(entry=card, verdict="strange", what_wrong="没有办过这张卡", now=NOON)
    asked = first.inquiries.get(reason="信用卡审批")
    judge_inquiries(report=first, verdicts={str(asked.public_id): "strange"}, now=NOON)
    second = imported(person, text=second_paper(), number_tail="0001")
    same = second.entries.in_order().first()
    assert (same.verdict, same.what_wrong) == ("strange", "没有办过这张卡")
    assert second.entries.filter(verdict="unchecked").count() == first.entries.count() - 1
    verdicts = dict(second.inquiries.values_list("reason", "verdict"))
    assert verdicts["信用卡审批"] == "strange"
    assert verdicts["贷款审批"] == "unchecked"
    assert verdicts["本人查询"] == "mine"
    confirm_report(report=second, rows=None, now=NOON)
    assert PlanItem.objects.for_user(person).filter(tip_code="T13").exists()


def test_nothing_is_taken_from_another_person_or_a_later_report(person, other, known):
    for owner, fields in ((other, {}), (person, {"reported_on": dt.date(2026, 11, 20)})):
        late = noted(owner, **fields)
        entry_of(
            late,
            kind="card",
            lender="示范银行股份有限公司信用卡中心",
            business="贷记卡（人民币账户）",
            opened_on=dt.date(2018, 5, 2),
            verdict="strange",
        )
    read = imported(person)
    assert not read.entries.filter(verdict="strange").exists()


def test_an_inquiry_of_ones_own_typed_by_hand_needs_no_judging(person, known):
    values = {"on": dt.date(2026, 11, 1), "who": "本人", "reason": "本人查询（商业银行网上银行）"}
    assert add_inquiry(report=noted(person), values=values, now=NOON).verdict == "mine"


def test_nobody_is_told_to_repay_what_is_not_his(person, known):
    late = EntryNow(key="k", kind="loan", lender="甲", state="overdue", overdue_fen=5)
    his = EntryNow(key="j", kind="loan", lender="乙", state="overdue", verdict="strange")
    found = standing([late, his], [], DAY)
    assert (found.overdue, found.wrong, found.bad) == (1, 1, 2)
    assert to_do(found, bad_records([late, his], DAY, DAY))[0] == ("overdue", 1)


def test_the_step_to_repay_ends_when_the_debt_is_said_not_to_be_his(signed_in, person, known):
    report = noted(person)
    row = entry_of(report, state="overdue", overdue_fen=500, lender="冒名贷款有限公司")
    judge_entry(entry=row, verdict="doubtful", now=NOON)
    step = PlanItem.objects.for_user(person).get(tip_code="T18")
    assert step.state == "todo"
    judge_entry(entry=row, verdict="strange", what_wrong="冒名", now=NOON)
    step.refresh_from_db()
    assert step.state == "expired"
    assert PlanItem.objects.for_user(person).filter(tip_code="T13", state="todo").exists()
    page = signed_in.get(f"/plan/entries/{row.public_id}/").content.decode()
    assert "查实不是你办的，应当更正" in page
    assert "尽快还" not in page
    assert 'href="/protect/"' in page
    assert "先提异议，要求核查" in signed_in.get("/plan/reports/").content.decode()
