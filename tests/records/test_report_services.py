"""Writing credit reports: free ones counted, drafts until compared, plan and steps that follow."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jobs.models import Job
from records.models import CreditReport, Inquiry, PlanItem, ReportEntry
from records.reported import free_now, report_of, situation_of
from records.services import (
    add_entry,
    add_inquiry,
    confirm_report,
    edit_entry,
    edit_report,
    judge_entry,
    judge_inquiries,
    judge_rest_right,
    move_item,
    note_dispute,
    remove_report,
)
from tests.records.notebook import (
    HEAD,
    NOON,
    confirmed,
    entry_of,
    imported,
    inquiry_of,
    noted,
    paper,
)

TODAY = NOON.date()
ENTRY = (
    {"kind": "revolving", "lender": "演示消费金融有限公司", "business": ""}
    | dict.fromkeys(
        [
            *("opened_on", "ends_on", "is_permanent", "limit_fen", "balance_fen", "as_of"),
            *("closed_on", "overdue_fen", "overdue_months", "over_90", "bad_until"),
        ]
    )
    | {"state": "normal", "five_class": "", "monthly_fen": None}
)


def codes_of(refused):
    found = refused.value
    if hasattr(found, "error_dict"):
        return {field: [one.code for one in errors] for field, errors in found.error_dict.items()}
    return {"": [found.code]}


def test_the_same_report_twice_is_one(person, known):
    assert noted(person).pk == noted(person).pk
    assert free_now(person, TODAY).used == 1


def test_a_third_free_report_of_a_year_is_refused_and_a_paid_one_is_not(person, known):
    noted(person, reported_on=dt.date(2026, 1, 5))
    noted(person, reported_on=dt.date(2026, 7, 5))
    with pytest.raises(ValidationError) as refused:
        noted(person)
    assert codes_of(refused) == {"cost": ["third_free"]}
    noted(person, cost="paid")
    noted(person, reported_on=dt.date(2025, 7, 5))
    assert free_now(person, TODAY).left == 0


def test_a_report_can_not_be_made_the_third_free_one_later(person, known):
    noted(person, reported_on=dt.date(2026, 1, 5))
    noted(person, reported_on=dt.date(2026, 7, 5))
    paid = noted(person, cost="paid")
    with pytest.raises(ValidationError) as refused:
        edit_report(report=paid, values=HEAD | {"cost": "free"}, now=NOON)
    assert codes_of(refused) == {"cost": ["third_free"]}
    edit_report(report=paid, values=HEAD | {"cost": "paid", "note": "网点取的"}, now=NOON)


def test_a_free_report_can_be_corrected_without_counting_itself(person, known):
    noted(person, reported_on=dt.date(2026, 1, 5))
    second = noted(person)
    edit_report(report=second, values=HEAD | {"note": "又看了一遍"}, now=NOON)
    second.refresh_from_db()
    assert second.note == "又看了一遍"


def test_a_report_of_tomorrow_in_beijing_is_refused(person, known):
    before_midnight = dt.datetime(2026, 11, 22, 15, 59, tzinfo=dt.UTC)
    after = before_midnight + dt.timedelta(minutes=2)
    values = HEAD | {"reported_on": dt.date(2026, 11, 23)}
    from records.services import add_report

    with pytest.raises(ValidationError) as refused:
        add_report(owner=person, values=values, now=before_midnight)
    assert codes_of(refused) == {"reported_on": ["after_today"]}
    assert add_report(owner=person, values=values, now=after).pk


def test_what_was_read_is_a_draft_and_counts_nowhere(person, known):
    report = imported(person)
    assert report.confirmed_at is None
    assert report.entries.count() == 6
    assert report.inquiries.count() == 12
    assert report_of(report).entries == ()
    assert situation_of(person, TODAY).report_on is None
    assert not PlanItem.objects.for_user(person).filter(tip_code="T10").exists()


def test_no_name_no_number_of_the_holder_is_kept(person, known):
    report = imported(person)
    kept = [
        str(value)
        for row in [report, *report.entries.all(), *report.inquiries.all()]
        for value in vars(row).values()
    ]
    assert not any(secret in text for text in kept for secret in ("张三", "1990010", "11010119"))
    assert report.number_tail == "9999"


def test_rows_are_confirmed_some_and_then_all(person, known, run_jobs):
    report = imported(person)
    first = report.entries.in_order().first()
    report = confirm_report(report=report, rows=frozenset([first.public_id]), now=NOON)
    assert report.confirmed_at is None
    assert [row.lender for row in report_of(report).entries] == [first.lender]
    report = confirm_report(report=report, rows=None, now=NOON)
    assert report.confirmed_at == NOON
    assert len(report_of(report).entries) == 6
    assert set(report.entries.values_list("printed", flat=True)) == {""}
    again = confirm_report(report=report, rows=None, now=NOON + dt.timedelta(days=1))
    assert again.confirmed_at == NOON


def test_what_was_not_understood_stays_until_it_is_dealt_with(signed_in, person, known):
    report = confirmed(person, "detailed-two-blocks")
    sentences = report.unread
    assert sentences
    for address in (
        f"/plan/reports/{report.public_id}/",
        f"/plan/reports/{report.public_id}/entries/new/",
    ):
        page = signed_in.get(address).content.decode()
        assert "句没读懂，没有算进这份报告的数字" in page
        assert sentences[0][:12] in page
    for _twice in range(2):
        signed_in.post(f"/plan/reports/{report.public_id}/unread/")
    report.refresh_from_db()
    assert report.unread == []
    assert "没读懂，" not in signed_in.get(f"/plan/reports/{report.public_id}/").content.decode()


def test_correcting_the_last_row_that_waits_ends_the_draft(person, known):
    report = imported(person)
    last = report.entries.in_order().last()
    others = [*report.entries.exclude(pk=last.pk), *report.inquiries.all()]
    confirm_report(report=report, rows=frozenset(row.public_id for row in others), now=NOON)
    values = {name: getattr(last, name) for name in ENTRY} | {"balance_fen": 5}
    edited = edit_entry(entry=last, values=values, now=NOON)
    assert edited.confirmed
    report.refresh_from_db()
    assert report.confirmed_at is not None


def test_reading_the_same_paper_again_replaces_the_draft_and_not_what_was_confirmed(person, known):
    imported(person)
    report = imported(person)
    assert CreditReport.objects.for_user(person).count() == 1
    confirm_report(report=report, rows=None, now=NOON)
    with pytest.raises(ValidationError) as refused:
        imported(person, cost="unknown")
    assert refused.value.code == "known"
    assert CreditReport.objects.for_user(person).get().confirmed_at is not None


def test_a_report_of_somebody_else_is_refused(person, other, known):
    imported(person)
    text = paper().replace("张三", "李四").replace("110101199001011235", "110101198502025678")
    with pytest.raises(ValidationError) as refused:
        imported(person, text=text, cost="paid")
    assert refused.value.code == "somebody_else"
    assert imported(other, text=text).pk
    assert CreditReport.objects.for_user(person).count() == 1


def test_a_confirmed_report_calls_steps_into_the_plan_with_their_day(person, known):
    confirmed(person)
    items = {row.tip_code: row for row in PlanItem.objects.for_user(person)}
    assert items["T10"].anchor_on == dt.date(2026, 7, 3)
    assert items["T10"].due_on >= TODAY
    assert "T12" in items


def test_what_a_report_shows_is_a_reason_in_the_plan(person, known):
    report = noted(person)
    add_entry(report=report, values=ENTRY | {"state": "overdue", "overdue_fen": 500}, now=NOON)
    item = PlanItem.objects.for_user(person).get(tip_code="T18")
    assert item.reason_zh == "因为你的信用报告里有逾期"


def test_steps_that_the_notebook_has_done_are_ticked(person, known):
    report = confirmed(person)
    items = PlanItem.objects.for_user(person)
    assert items.get(tip_code="T11").state == "done"
    assert items.get(tip_code="T10").state == "todo"
    for row in report.entries.all():
        judge_entry(entry=row, verdict="right", now=NOON)
    assert items.get(tip_code="T10").state == "done"
    verdicts = {str(row.public_id): "mine" for row in report.inquiries.all()}
    assert judge_inquiries(report=report, verdicts=verdicts, now=NOON) == 9
    assert items.get(tip_code="T12").state == "done"
    assert judge_inquiries(report=report, verdicts=verdicts, now=NOON) == 0


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"opened_on": dt.date(2026, 11, 21)}, "opened_on", "after_report"),
        (
            {"opened_on": dt.date(2020, 1, 1), "ends_on": dt.date(2019, 1, 1)},
            "ends_on",
            "before_start",
        ),
        (
            {"opened_on": dt.date(2020, 1, 1), "bad_until": dt.date(2019, 12, 31)},
            "bad_until",
            "before_start",
        ),
        ({"bad_until": dt.date(2026, 11, 21)}, "bad_until", "after_report"),
        ({"as_of": dt.date(2026, 12, 1)}, "as_of", "after_report"),
        (
            {"closed_on": dt.date(2026, 12, 1), "state": "settled"},
            "closed_on",
            "after_report",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_days_that_can_not_be_are_refused_at_their_field(person, known, fields, field, code):
    report = noted(person)
    with pytest.raises(ValidationError) as refused:
        add_entry(report=report, values=ENTRY | fields, now=NOON)
    assert codes_of(refused) == {field: [code]}
    assert not report.entries.exists()


def test_the_database_holds_the_order_of_days_too(person, known):
    report = noted(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry_of(report, opened_on=dt.date(2020, 1, 1), bad_until=dt.date(2019, 1, 1))


def test_a_page_that_is_out_of_date_is_told_so(person, known):
    report = noted(person)
    row = add_entry(report=report, values=ENTRY, now=NOON)
    edit_entry(entry=row, values=ENTRY | {"balance_fen": 1}, now=NOON, seen=0)
    with pytest.raises(ValidationError) as refused:
        edit_entry(entry=row, values=ENTRY | {"balance_fen": 2}, now=NOON, seen=0)
    assert refused.value.code == "stale"
    edit_entry(entry=row, values=ENTRY | {"balance_fen": 1}, now=NOON, seen=0)


def test_words_about_an_error_go_when_it_is_none(person, known):
    row = entry_of(noted(person))
    judge_entry(entry=row, verdict="wrong", what_wrong="早就还清了", now=NOON)
    assert situation_of(person, TODAY).report_errors == 1
    judged = judge_entry(entry=row, verdict="right", what_wrong="早就还清了", now=NOON)
    assert judged.what_wrong == ""
    assert situation_of(person, TODAY).report_errors == 0


def test_verdicts_of_foreign_rows_change_nothing(person, other, known):
    mine, theirs = noted(person), noted(other)
    row = inquiry_of(theirs, dt.date(2026, 9, 1))
    said = {str(row.public_id): "strange", "nonsense": "strange"}
    assert judge_inquiries(report=mine, verdicts=said, now=NOON) == 0
    row.refresh_from_db()
    assert row.verdict == "unchecked"


@pytest.mark.parametrize(
    ("on", "code"),
    [(dt.date(2026, 11, 21), "after_report"), (dt.date(2024, 10, 19), "off_list")],
)
def test_an_inquiry_that_the_report_cannot_list_is_refused(person, known, on, code):
    values = {"on": on, "who": "示范银行", "reason": "贷款审批"}
    with pytest.raises(ValidationError) as refused:
        add_inquiry(report=noted(person), values=values, now=NOON)
    assert codes_of(refused) == {"on": [code]}


def test_the_oldest_inquiry_that_a_report_may_list_is_taken(person, known):
    values = {"on": dt.date(2024, 10, 20), "who": "示范银行", "reason": "贷款审批"}
    assert add_inquiry(report=noted(person), values=values, now=NOON).pk


def test_an_objection_calls_its_steps(person, known):
    row = entry_of(noted(person))
    assert note_dispute(owner=person, public_id=row.public_id, on=TODAY, today=TODAY)
    assert situation_of(person, TODAY).dispute_on == TODAY
    assert PlanItem.objects.for_user(person).filter(tip_code="T14").exists()


def test_a_removed_report_takes_its_rows_along_and_is_evidence_no_more(person, known):
    report = confirmed(person)
    remove_report(report=report)
    remove_report(report=report)
    assert not ReportEntry.objects.for_user(person).exists()
    assert not Inquiry.objects.for_user(person).exists()
    keys = Job.objects.filter(kind="limits.assess_near").values_list("key", flat=True)
    assert f"limits.assess_near:{report.public_id}:gone" in keys


def test_a_draft_asks_for_no_new_explanation(person, known):
    imported(person)
    assert not Job.objects.filter(kind="limits.assess_near").exists()


def test_a_report_can_not_be_older_than_its_rows_and_moving_it_explains_both_days(person, known):
    report = noted(person)
    entry_of(report, opened_on=dt.date(2026, 11, 1))
    with pytest.raises(ValidationError) as refused:
        edit_report(report=report, values=HEAD | {"reported_on": dt.date(2026, 10, 31)}, now=NOON)
    assert codes_of(refused) == {"reported_on": ["before_rows"]}
    Job.objects.all().delete()
    edit_report(report=report, values=HEAD | {"reported_on": dt.date(2026, 11, 2)}, now=NOON)
    days = [job.args["on"] for job in Job.objects.filter(kind="limits.assess_near")]
    assert sorted(days) == ["2026-11-02", "2026-11-20"]


def test_a_draft_half_confirmed_is_not_read_over(person, known):
    report = imported(person)
    row = report.entries.in_order().first()
    confirm_report(report=report, rows=frozenset([row.public_id]), now=NOON)
    judge_entry(entry=row, verdict="wrong", what_wrong="早已还清", now=NOON)
    with pytest.raises(ValidationError) as refused:
        imported(person)
    assert refused.value.code == "known_draft"
    row.refresh_from_db()
    assert row.what_wrong == "早已还清"


def test_brief_and_detailed_of_one_day_are_two_reports(person, known):
    imported(person, number_tail="")
    imported(person, number_tail="", kind="detailed")
    assert CreditReport.objects.for_user(person).count() == 2


def test_reading_a_free_report_again_is_no_third_one(person, known):
    confirmed(person, number_tail="")
    with pytest.raises(ValidationError) as refused:
        imported(person, number_tail="")
    assert refused.value.code == "known"
    assert free_now(person, TODAY).used == 1


def test_judging_explains_again_only_where_a_clue_changes(person, known):
    report = noted(person)
    row, asked = entry_of(report), inquiry_of(report, dt.date(2026, 9, 1))
    Job.objects.all().delete()
    judge_entry(entry=row, verdict="right", now=NOON)
    judge_inquiries(report=report, verdicts={str(asked.public_id): "strange"}, now=NOON)
    confirm_report(report=report, rows=None, now=NOON)
    assert not Job.objects.filter(kind="limits.assess_near").exists()
    judge_entry(entry=row, verdict="strange", now=NOON)
    judge_entry(entry=row, verdict="strange", now=NOON)
    assert Job.objects.filter(kind="limits.assess_near").count() == 1


def test_typing_a_row_that_waits_confirms_it(person, known):
    report = imported(person)
    waiting = report.entries.in_order().first()
    values = {name: getattr(waiting, name) for name in ENTRY}
    added = add_entry(report=report, values=values, now=NOON)
    assert (added.pk, added.confirmed) == (waiting.pk, True)


def test_what_an_older_report_asked_for_ends_with_a_newer_one_that_does_not(person, known):
    older = noted(person, reported_on=dt.date(2026, 6, 2))
    late = add_entry(
        report=older, values=ENTRY | {"state": "overdue", "overdue_fen": 500}, now=NOON
    )
    item = PlanItem.objects.for_user(person).get(tip_code="T18")
    assert item.state == "todo"
    newer = noted(person)
    add_entry(report=newer, values=ENTRY, now=NOON)
    item.refresh_from_db()
    assert item.state == "expired"
    assert item.events.last().action == "expire"
    assert late.pk


def test_what_was_begun_is_left_to_the_person(person, known):
    older = noted(person, reported_on=dt.date(2026, 6, 2))
    add_entry(report=older, values=ENTRY | {"state": "overdue", "overdue_fen": 500}, now=NOON)
    item = PlanItem.objects.for_user(person).get(tip_code="T18")
    move_item(item=item, action="start", today=TODAY)
    noted(person)
    item.refresh_from_db()
    assert item.state == "doing"


def test_the_rest_is_right_with_one_button(person, known):
    report = noted(person)
    wrong, other_row = entry_of(report, verdict="wrong"), entry_of(report, lender="另一家")
    assert judge_rest_right(report=report, now=NOON) == 1
    assert judge_rest_right(report=report, now=NOON) == 0
    wrong.refresh_from_db()
    other_row.refresh_from_db()
    assert (wrong.verdict, other_row.verdict) == ("wrong", "right")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (
            {
                "opened_on": dt.date(2025, 5, 1),
                "closed_on": dt.date(2024, 1, 1),
                "state": "settled",
            },
            "closed_on",
        ),
        ({"closed_on": dt.date(2024, 1, 1), "state": "normal"}, "state"),
    ],
)
def test_an_account_is_closed_after_it_was_opened_and_then_is_closed(person, known, fields, field):
    with pytest.raises(ValidationError) as refused:
        add_entry(report=noted(person), values=ENTRY | fields, now=NOON)
    assert field in codes_of(refused)
