"""The case page, the pages of its steps, its end and the list: what a person sees and sends."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints import services
from complaints.enums import CaseAction
from complaints.models import (
    AskedQuestion,
    Complaint,
    ComplaintEvent,
    DemandResult,
    Document,
    Extension,
    Message,
    Step,
)
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import file, log

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
NFRA = "国家金融监督管理总局"


def on(day, month=11):
    return dt.date(2026, month, day)


SENT, RECEIVED, ANSWERED = on(10), on(11), on(20)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    for module in ("views.cases", "views.case_page", "views.steps"):
        monkeypatch.setattr(f"complaints.{module}.today", lambda: TODAY)
    monkeypatch.setattr("inputs.clock.today", lambda now=None: TODAY)


@pytest.fixture
def case(person, known):
    return file(person)


@pytest.fixture
def step(case):
    return case.steps.get()


def send(step, sent=SENT, received=RECEIVED, **more):
    return services.record_sent(
        step=step, actor=step.owner, sent_on=sent, received_on=received, **more
    )


def reply(step, kind="generic", day=ANSWERED, text="经综合评估"):
    return services.record_reply(
        step=step, actor=step.owner, answered_on=day, answer_text=text, reply_kind=kind
    )


def further(case, channel="C05", recipient=NFRA, rule="D04"):
    return services.open_step(
        complaint=case, channel_code=channel, recipient=recipient, rule_code=rule, actor=case.owner
    )


def page(client, case):
    return client.get(f"/complaints/{case.public_id}/").content.decode()


def first(html):
    """The section that says what to do now, its words only."""
    return re.search(r'<section class="next-action.*?</section>', html, re.S)[0]


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def address(step, name):
    return f"/complaints/steps/{step.public_id}/{name}/"


class TestNext:
    """The top of the page: one thing to do, its day, one primary button that leads there."""

    def the(self, client, case):
        section = first(page(client, case))
        assert section.count("button primary") == 1
        return section

    def test_to_be_sent(self, signed_in, case, step):
        said = self.the(signed_in, case)
        assert "寄出后登记" in said
        assert address(step, "sent") in said

    def test_on_its_way(self, signed_in, case, step):
        send(step, received=None)
        said = self.the(signed_in, case)
        assert "2026-11-10 已寄出，登记对方哪天收到" in said
        assert address(step, "received") in said

    def test_waiting_with_the_day_and_what_is_left(self, signed_in, case, step):
        send(step)
        said = self.the(signed_in, case)
        assert "对方最迟应在 2026-11-26 答复，还有 4 天" in said
        assert address(step, "reply") in said

    def test_the_last_day(self, signed_in, case, step):
        send(step, on(6), on(7))
        assert "今天是答复的最后一天" in self.the(signed_in, case)

    def test_overdue_leads_to_the_reminder(self, signed_in, case, step):
        send(step, on(2), on(4))
        said = self.the(signed_in, case)
        assert "答复已过期 3 天" in said
        assert f"/complaints/{case.public_id}/letters/remind/new/" in said

    def test_a_benchmark_is_not_called_overdue(self, signed_in, case):
        Step.objects.update(rule_code="D27")
        send(case.steps.get(), on(1, 10), on(2, 10))
        said = self.the(signed_in, case)
        assert "参考天数已过" in said
        assert "答复已过期" not in said

    def test_after_a_reminder_the_next_channel(self, signed_in, case, step):
        send(step, on(2), on(4))
        Message.objects.create(
            owner=case.owner,
            complaint=case,
            step=step,
            direction="out",
            medium="letter",
            happened_on=on(21),
            text="催办",
        )
        said = self.the(signed_in, case)
        assert "催过了还没有答复" in said
        assert f"/complaints/{case.public_id}/steps/new/" in said

    def test_an_answer_with_open_questions_is_checked_first(self, signed_in, case, step):
        send(step)
        reply(step)
        AskedQuestion.objects.filter(complaint=case).delete()
        AskedQuestion.objects.create(owner=case.owner, complaint=case, text="依据哪一条？")
        said = self.the(signed_in, case)
        assert "核对是否答了" in said
        assert f"/complaints/steps/{step.public_id}/" in said

    @pytest.mark.parametrize(("kind", "there"), [("refused", "steps/new/"), ("specific", "close/")])
    def test_from_an_answer_onwards_or_to_the_end(self, signed_in, case, step, kind, there):
        send(step)
        reply(step, kind)
        AskedQuestion.objects.filter(complaint=case).update(state="answered")
        assert f"/complaints/{case.public_id}/{there}" in self.the(signed_in, case)

    def test_closed_says_that_it_is_not_solved_and_reopens(self, signed_in, case):
        services.act(complaint=case, action="close", actor=case.owner, outcome="no-reply")
        said = self.the(signed_in, case)
        assert "结束不等于解决" in said
        assert "一直没有答复" in said
        assert 'value="reopen"' in said


class TestPage:
    def test_two_steps_to_the_same_authority_are_told_apart(self, signed_in, case, step):
        send(step)
        first_step = further(case)
        send(first_step, on(12), on(13))
        services.record_reply(
            step=first_step,
            actor=case.owner,
            answered_on=on(14),
            answer_text="转办",
            reply_kind="not-accepted",
        )
        send(further(case, "C07", NFRA, "D07"), on(20), on(21))
        said = words(page(signed_in, case))
        assert (
            "12378（国家金融监督管理总局） 已答复 送给 国家金融监督管理总局 · 2026-11-12 寄出"
            in said
        )
        assert "监管部门信访 对方已收到，等答复 送给 国家金融监督管理总局 · 2026-11-20 寄出" in said

    def test_an_extension_stands_beside_the_first_day_with_what_is_wrong_about_it(
        self, signed_in, case, step
    ):
        send(step, on(1), on(2))
        for announced, due in ((on(16), on(2, 12)), (on(21), on(20, 1).replace(year=2027))):
            services.extend_step(
                step=step, actor=case.owner, announced_on=announced, due_on=due, reason="需要核实"
            )
        said = words(page(signed_in, case))
        assert "最初的期限是 2026-11-17 ，对方延期" in said
        assert "告知延到 2026-12-02 ：需要核实" in said
        assert "（超过规则写的最长日期 2027-01-01）" in said
        assert "过了期限才告知" not in said

    def test_an_extension_told_too_late_is_marked(self, signed_in, case, step):
        send(step, on(1), on(2))
        services.extend_step(
            step=step, actor=case.owner, announced_on=on(19), due_on=on(1, 12), reason="x"
        )
        assert "过了期限才告知" in page(signed_in, case)

    def test_a_channel_without_a_period_says_so(self, signed_in, case):
        send(further(case, "C12", "12345", ""))
        assert "没有写明的答复期限" in page(signed_in, case)

    def test_every_action_has_its_words(self, signed_in, case):
        for action in CaseAction.values:
            ComplaintEvent.objects.create(
                owner=case.owner, complaint=case, action=action, state_to="ready"
            )
        ComplaintEvent.objects.create(
            owner=case.owner, complaint=case, action="brand-new", state_to="ready"
        )
        said = page(signed_in, case)
        for action in CaseAction.values:
            assert f'timeline-title">{action}' not in said
        assert "brand-new" not in said
        assert "对方告知延期" in said

    def test_what_was_asked_is_shown_with_what_is_realistic(self, signed_in, case, known):
        said = page(signed_in, case)
        assert known.demands["explain-reason"].realistic.zh in said

    def test_no_word_of_a_person_becomes_markup(self, signed_in, case, step):
        send(step, sent_how="<b>EMS</b>")
        services.extend_step(
            step=step,
            actor=case.owner,
            announced_on=on(20),
            due_on=on(20, 12),
            reason="<script>x</script>",
        )
        said = page(signed_in, case)
        assert "<script>x" not in said
        assert "&lt;b&gt;EMS" in said

    def test_many_rows_take_the_same_queries(self, signed_in, case, step, person):
        send(step)
        proof = keep(person, hostile.png(), "a.png", complaint=case)
        counts = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as queries:
                page(signed_in, case)
            counts.append(len(queries))
            if _round:
                break
            for number in range(4):
                more = further(case, "C14", f"第{number}处", "D27")
                send(more)
                Extension.objects.create(
                    owner=person,
                    step=more,
                    announced_on=on(12),
                    due_on=on(12, 12),
                    reason="x",
                )
            Step.objects.update(proof=proof)
            for _number in range(26):
                ComplaintEvent.objects.create(
                    owner=person,
                    complaint=case,
                    action="record-number",
                    state_to="awaiting",
                    data={"step": str(step.public_id)},
                )
            for number in range(10):
                Document.objects.create(
                    owner=person,
                    complaint=case,
                    kind="report",
                    model={},
                    model_sha256=f"{number}",
                    job_key=f"k{number}",
                )
            for slug in ("explain-reason", "human-review"):
                DemandResult.objects.get_or_create(
                    owner=person, complaint=case, demand=slug, result="no"
                )
        assert case.steps.count() >= 5
        assert counts[0] == counts[1] <= 12


class TestRecord:
    def test_sent_with_how_number_and_proof(self, signed_in, case, step, person):
        proof = keep(person, hostile.png(), "回单.png", complaint=case)
        shown = signed_in.get(address(step, "sent")).content.decode()
        assert "回单.png" in shown
        answer = signed_in.post(
            address(step, "sent"),
            {
                "sent_on": "2026-11-10",
                "sent_how": "EMS 123",
                "reference_no": "A-1",
                "proof": str(proof.public_id),
            },
        )
        assert answer["Location"].endswith(f"/complaints/{case.public_id}/#step-{step.public_id}")
        step.refresh_from_db()
        assert (step.sent_how, step.reference_no, step.proof_id) == ("EMS 123", "A-1", proof.pk)
        said = page(signed_in, case)
        assert "EMS 123" in said
        assert "回单.png" in said

    def test_proof_of_another_case_is_no_choice(self, signed_in, case, step, person):
        elsewhere = keep(person, hostile.png(), "x.png")
        keep(person, hostile.jpeg(), "y.jpg", complaint=case)
        answer = signed_in.post(
            address(step, "sent"), {"sent_on": "2026-11-10", "proof": str(elsewhere.public_id)}
        )
        assert answer.status_code == 422
        assert "选项无效" in answer.content.decode()

    def test_receipt_number_and_reply_one_after_the_other(self, signed_in, case, step):
        send(step, received=None)
        signed_in.post(address(step, "received"), {"received_on": "2026-11-11"})
        signed_in.post(address(step, "number"), {"reference_no": "银-2026-7"})
        signed_in.post(
            address(step, "reply"),
            {
                "answered_on": "2026-11-20",
                "answer_text": "综合评估",
                "reply_kind": "generic",
                "is_final": "on",
            },
        )
        step.refresh_from_db()
        assert (step.received_on, step.reference_no) == (on(11), "银-2026-7")
        assert (step.answered_on, step.is_final) == (on(20), True)

    def test_extension_restart_and_giving_up(self, signed_in, case, step):
        send(step)
        signed_in.post(
            address(step, "extend"),
            {"announced_on": "2026-11-20", "due_on": "2026-12-11", "reason": "情况复杂"},
        )
        shown = signed_in.get(address(step, "restart")).content.decode()
        assert "提出新的事实和理由" in shown
        signed_in.post(
            address(step, "restart"), {"restarted_on": "2026-11-21", "reason": "补交合同"}
        )
        signed_in.post(address(step, "give-up"), {"ended_on": "2026-11-22", "why": "这个渠道不管"})
        step.refresh_from_db()
        assert (step.restarted_on, step.due_on) == (on(21), on(6, 12))
        assert step.ended_why == "这个渠道不管"
        assert "又接着等" in signed_in.get(f"/complaints/{case.public_id}/").content.decode()
        for _time in range(2):
            answer = signed_in.post(address(step, "take-up"), follow=True)
            assert "又接着等了" in answer.content.decode()
        step.refresh_from_db()
        assert (step.ended_on, step.due_on) == (None, on(6, 12))

    BAD = [
        ("sent", {"sent_on": "2026-11-23"}, "不能晚于今天"),
        ("sent", {"sent_on": "2026-02-30"}, "2026-02-30"),
        ("sent", {"sent_on": ""}, "请填"),
        ("sent", {"sent_on": "2026-11-10", "received_on": "2026-11-09"}, "收到日期早于寄出日期"),
        ("sent", {"sent_on": "2026-11-10", "reference_no": "x" * 61}, "最多 60 字"),
        ("received", {"received_on": "2026-11-01"}, "收到日期早于寄出日期"),
        ("number", {"reference_no": "　"}, "请填"),
        ("extend", {"announced_on": "2026-11-20", "due_on": "2026-12-20", "reason": ""}, "请填"),
        (
            "extend",
            {"announced_on": "2026-11-20", "due_on": "2026-11-20", "reason": "x"},
            "延长后的日期要晚于",
        ),
        ("restart", {"restarted_on": "2026-11-01", "reason": "x"}, "早于上一次起算"),
        (
            "reply",
            {"answered_on": "2026-11-02", "answer_text": "我的原话", "reply_kind": "generic"},
            "答复日期早于",
        ),
        (
            "reply",
            {"answered_on": "2026-11-20", "answer_text": "我的原话", "reply_kind": "won"},
            "选项无效",
        ),
        ("give-up", {"ended_on": "2026-11-20", "why": ""}, "请填"),
    ]

    @pytest.mark.parametrize(
        ("name", "typed", "said"), BAD, ids=[f"{i}-{row[0]}" for i, row in enumerate(BAD)]
    )
    def test_what_cannot_be_is_said_and_what_was_typed_stays(
        self, signed_in, case, step, name, typed, said
    ):
        if name == "received":
            send(step, received=None)
        elif name != "sent":
            send(step)
        events = ComplaintEvent.objects.count()
        answer = signed_in.post(address(step, name), typed)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert said in html
        assert 'role="alert"' in html
        for value in typed.values():
            if value.strip() and value not in ("generic", "won"):
                assert value in html
        assert ComplaintEvent.objects.count() == events

    def test_a_double_click_is_one_event(self, signed_in, case, step):
        typed = {"sent_on": "2026-11-10", "received_on": "2026-11-11"}
        for _time in range(2):
            assert signed_in.post(address(step, "sent"), typed).status_code == 302
        assert case.events.filter(action="record-received").count() == 1

    @pytest.mark.parametrize("name", ["extend", "restart", "give-up"])
    def test_a_page_that_is_out_of_date_says_so_and_keeps_the_words(
        self, signed_in, case, step, name
    ):
        send(step)
        reply(step)
        typed = {
            "announced_on": "2026-11-20",
            "restarted_on": "2026-11-20",
            "ended_on": "2026-11-20",
            "due_on": "2026-12-20",
            "reason": "我写的理由",
            "why": "我写的理由",
        }
        answer = signed_in.post(address(step, name), typed)
        assert answer.status_code == 409
        assert "没有改动：这一步现在是“已答复”" in answer.content.decode()
        assert "我写的理由" in answer.content.decode()
        opened = signed_in.get(address(step, name), follow=True)
        assert "没有改动：这一步现在是“已答复”" in opened.content.decode()

    def test_a_closed_case_says_so(self, signed_in, case, step):
        send(step)
        services.act(complaint=case, action="close", actor=case.owner, outcome="other")
        answer = signed_in.post(
            address(step, "reply"),
            {"answered_on": "2026-11-20", "answer_text": "长长的原话", "reply_kind": "generic"},
        )
        assert answer.status_code == 409
        assert "案件已经结束" in answer.content.decode()
        assert "长长的原话" in answer.content.decode()

    @pytest.mark.parametrize(
        "name", ["sent", "received", "number", "extend", "restart", "reply", "give-up"]
    )
    def test_steps_of_another_person_are_404(self, client, other, case, step, name):
        client.force_login(other)
        assert client.get(address(step, name)).status_code == 404
        assert client.post(address(step, name), {}).status_code == 404


class TestOpen:
    def test_channels_stand_in_order_with_what_to_do_first(self, signed_in, case):
        said = signed_in.get(f"/complaints/{case.public_id}/steps/new/").content.decode()
        places = [said.index(f"?channel={code}") for code in ("C01", "C02", "C05", "C04", "C17")]
        assert places == sorted(places)
        assert "走过了" in said
        assert "?channel=C08" not in said

    def test_one_more_step_with_recipient_and_rule(self, signed_in, case):
        there = f"/complaints/{case.public_id}/steps/new/?channel=C05"
        shown = signed_in.get(there).content.decode()
        assert NFRA in shown
        assert "转送投诉 · 7 个工作日" in shown
        for _time in range(2):
            signed_in.post(there, {"recipient": "上海监管局", "rule": "D04"})
        step = case.steps.get(channel_code="C05")
        assert (step.recipient, step.rule_code) == ("上海监管局", "D04")
        assert case.events.filter(action="open-step").count() == 1

    def test_a_channel_without_a_rule_needs_none(self, signed_in, case):
        there = f"/complaints/{case.public_id}/steps/new/?channel=C12"
        assert signed_in.post(there, {"recipient": "12345"}).status_code == 302
        assert case.steps.get(channel_code="C12").rule_code == ""
        assert page(signed_in, case)

    def test_a_missing_recipient_keeps_the_rest(self, signed_in, case):
        there = f"/complaints/{case.public_id}/steps/new/?channel=C05"
        answer = signed_in.post(there, {"recipient": " ", "rule": "D01"})
        assert answer.status_code == 422
        assert re.search(r'value="D01"[^>]*checked', answer.content.decode())

    @pytest.mark.parametrize("code", ["C08", "nix", "C05%00"])
    def test_a_channel_that_does_not_suit_is_404(self, signed_in, case, code):
        there = f"/complaints/{case.public_id}/steps/new/?channel={code}"
        assert signed_in.get(there).status_code == 404

    def test_a_rule_of_another_channel_is_refused(self, signed_in, case):
        there = f"/complaints/{case.public_id}/steps/new/?channel=C05"
        assert signed_in.post(there, {"recipient": "x", "rule": "D20"}).status_code == 422

    def test_a_closed_case_is_reopened_first(self, signed_in, case):
        services.act(complaint=case, action="close", actor=case.owner, outcome="other")
        there = f"/complaints/{case.public_id}/steps/new/?channel=C05"
        answer = signed_in.post(there, {"recipient": "x", "rule": "D04"}, follow=True)
        assert "先重新打开" in answer.content.decode()
        assert case.steps.count() == 1


class TestEnd:
    def close(self, client, case, **typed):
        return client.post(f"/complaints/{case.public_id}/close/", typed)

    def test_the_page_says_what_is_realistic_and_where_else_to_go(self, signed_in, case, known):
        said = signed_in.get(f"/complaints/{case.public_id}/close/").content.decode()
        assert "结束不等于解决" in said
        assert known.demands["human-review"].realistic.zh in said
        assert known.channels["C05"].title.zh in said
        assert "我撤回了投诉" not in said

    def test_an_outcome_is_required_and_the_rest_stays(self, signed_in, case):
        answer = self.close(signed_in, case, **{"demand-explain-reason": "partly"})
        assert answer.status_code == 422
        assert re.search(r'value="partly"[^>]*checked', answer.content.decode())
        case.refresh_from_db()
        assert case.state == "ready"

    def test_closing_keeps_outcome_and_results(self, signed_in, case):
        typed = {"outcome": "generic", "demand-explain-reason": "partly"}
        assert self.close(signed_in, case, **typed).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("closed", "generic")
        assert "办到一部分" in page(signed_in, case)
        said = page(signed_in, case)
        assert "只得到笼统说法" in said

    def test_closing_twice_is_once(self, signed_in, case):
        for _time in range(2):
            self.close(signed_in, case, outcome="generic")
        assert case.events.filter(action="close").count() == 1

    def test_another_end_on_a_page_out_of_date_is_refused_in_words(self, signed_in, case):
        self.close(signed_in, case, outcome="generic")
        answer = signed_in.post(
            f"/complaints/{case.public_id}/close/", {"outcome": "refused"}, follow=True
        )
        assert "案件现在是“已结束”" in answer.content.decode()

    def test_withdraw_and_reopen(self, signed_in, case):
        there = f"/complaints/{case.public_id}/act/"
        signed_in.post(there, {"action": "withdraw"})
        case.refresh_from_db()
        assert case.outcome == "withdrawn"
        signed_in.post(there, {"action": "reopen"})
        answer = signed_in.post(there, {"action": "reopen"}, follow=True)
        assert "没有改动" in answer.content.decode()
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("ready", "")

    def test_results_are_marked_later_too(self, signed_in, case):
        services.act(complaint=case, action="close", actor=case.owner, outcome="other")
        there = f"/complaints/{case.public_id}/demands/"
        assert signed_in.post(there, {"demand-human-review": "met"}).status_code == 302
        assert DemandResult.objects.get().result == "met"
        answer = signed_in.post(there, {"demand-human-review": "won"})
        assert answer.status_code == 422


class TestList:
    def listed(self, client, query=""):
        return client.get(f"/complaints/{query}").content.decode()

    def test_each_case_says_what_is_due_and_when(self, signed_in, case, step):
        send(step)
        assert "对方最迟应在 2026-11-26 答复，还有 4 天" in self.listed(signed_in)

    def test_open_and_closed_are_told_apart(self, signed_in, person, case):
        other = file(person, log(person, product="weilidai"), key="2")
        services.act(complaint=other, action="close", actor=person, outcome="refused")
        assert other.receipt_no not in self.listed(signed_in, "?show=open")
        assert case.receipt_no in self.listed(signed_in, "?show=open")
        assert case.receipt_no not in self.listed(signed_in, "?show=closed")
        assert "对方拒绝" in self.listed(signed_in, "?show=closed")
        assert self.listed(signed_in, "?show=nix&after=nix")

    def test_an_empty_list_says_what_to_do(self, signed_in, known):
        assert "还没有可投诉的记录" in self.listed(signed_in)
        assert "没有已结束的案件" in self.listed(signed_in, "?show=closed")

    def test_pages_follow_each_other_without_a_gap(self, signed_in, person, case):
        now = timezone.now()
        Complaint.objects.bulk_create(
            Complaint(
                owner=person,
                receipt_no=f"LL{number}",
                change=case.change,
                respondent_name="x",
                respondent_licence="bank",
                facts=case.facts,
                facts_sha256="x",
                content_version="x",
                filed_at=now,
            )
            for number in range(45)
        )
        seen, query = [], ""
        for _page in range(4):
            html = self.listed(signed_in, query)
            seen += re.findall(r'<span class="number">(LL[\w-]+)</span>', html)
            found = re.search(r'href="(\?[^"]*after=[^"]+)"', html)
            if not found:
                break
            query = found[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 46

    def test_a_long_list_takes_the_same_queries(self, signed_in, person, case, step):
        send(step)
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.listed(signed_in)
            counts.append(len(queries))
            for index in range(6):
                more = file(person, case.change, key=f"{number}-{index}")
                send(more.steps.get())
                further(more)
        assert counts[0] == counts[1] <= 10

    def test_the_dashboard_shows_open_cases_with_their_next_date(
        self, signed_in, person, case, step
    ):
        send(step)
        services.extend_step(
            step=step, actor=person, announced_on=on(20), due_on=on(11, 12), reason="x"
        )
        done = file(person, log(person, product="weilidai"), key="2")
        services.act(complaint=done, action="close", actor=person, outcome="other")
        said = signed_in.get("/me/").content.decode()
        assert "下一个期限 2026-12-11" in said
        assert done.receipt_no not in said


def test_a_file_put_into_a_case_or_taken_out_is_an_event_without_its_name(person, case, known):
    row = keep(person, hostile.png(), "私密.png", complaint=case)
    services.describe_evidence(
        evidence=row, kind="screenshot", title="", taken_on=None, complaint=None
    )
    services.describe_evidence(
        evidence=row, kind="screenshot", title="", taken_on=None, complaint=case
    )
    for _time in range(2):
        services.remove_evidence(evidence=row, now=timezone.now())
    services.restore_evidence(evidence=row)
    told = list(case.events.order_by("pk").values_list("action", "data"))[1:]
    assert [action for action, _data in told] == [
        "evidence-add",
        "evidence-remove",
        "evidence-add",
        "evidence-remove",
        "evidence-add",
    ]
    assert "私密" not in str(told)


def test_an_answer_without_reasons_is_not_hidden_behind_a_step_that_waits(
    signed_in, case, person, known
):
    today = dt.date(2026, 11, 22)
    step = services.record_sent(step=case.steps.get(), actor=person, sent_on=today)
    services.record_reply(
        step=step, actor=person, answered_on=today, answer_text="综合评估", reply_kind="generic"
    )
    letter = services.draft_letter(complaint=case, kind="explain", today=today)
    services.freeze_letter(
        letter=letter, actor=person, values=letter.typed | {"limit": None}, today=today
    )
    case.questions.update(state="generic")
    html = signed_in.get(f"/complaints/{case.public_id}/").content.decode()
    assert "我已寄出，登记一下" in html
    assert f'href="/complaints/steps/{step.public_id}/check/#next"' in html
    assert f'信：<a href="/complaints/letters/{letter.public_id}/">要求说明自动化决策' in html
