"""Correspondence and questions: noted once, the person's own, and never in events or logs."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import services
from complaints.models import AskedQuestion, ComplaintEvent, Document, Message
from limits.models import Confirmation
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import UserFactory, file, log

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
CANARY = "CNRY-talk-7"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    for module in ("complaints.views.messages", "complaints.views.replies", "inputs.clock"):
        monkeypatch.setattr(f"{module}.today", lambda *_args: TODAY)


@pytest.fixture
def case(person, known):
    return file(person, log(person))


def note(case, person, **fields):
    given = {
        "direction": "in",
        "medium": "call",
        "happened_on": dt.date(2026, 11, 10),
        "text": "系统综合评估，不能告诉原因。",
        "with_whom": "客服 8123",
    }
    return services.log_message(complaint=case, actor=person, **given | fields)


def typed(**changes):
    return {
        "direction": "in",
        "medium": "call",
        "happened_on": "2026-11-10",
        "text": "说是系统综合评估。",
        **changes,
    }


def actions(case):
    return list(case.events.order_by("pk").values_list("action", flat=True))


def url(case, part="messages"):
    return f"/complaints/{case.public_id}/{part}/"


def replied(case, person, text="经综合评估，暂不符合要求，敬请谅解。", kind="generic", **sent):
    step = case.steps.order_by("pk").first()
    services.record_sent(
        step=step,
        actor=person,
        sent_on=dt.date(2026, 10, 20),
        received_on=dt.date(2026, 10, 21),
        reference_no="TS-1",
    )
    services.record_reply(
        step=step,
        actor=person,
        answered_on=dt.date(2026, 11, 3),
        answer_text=text,
        reply_kind=kind,
    )
    case.refresh_from_db()
    step.refresh_from_db()
    return step


class TestNoting:
    def test_a_note_is_kept_with_its_files_and_step(self, signed_in, person, case):
        proof = keep(person, hostile.png(), "录音.png", complaint=case)
        step = case.steps.first()
        answer = signed_in.post(
            url(case),
            typed(
                with_whom="客服 8123",
                reference_no="GD-9",
                step=str(step.public_id),
                evidence=[str(proof.public_id)],
                is_final="on",
            ),
        )
        assert answer.status_code == 302
        row = Message.objects.get(complaint=case)
        assert (row.with_whom, row.reference_no, row.is_final) == ("客服 8123", "GD-9", True)
        assert row.step == step
        assert list(row.evidence.all()) == [proof]
        said = signed_in.get(url(case)).content.decode()
        assert "说是系统综合评估。" in said
        assert f"/evidence/{proof.public_id}/" in said

    def test_each_write_is_one_event_without_text(self, case, person):
        row = note(case, person, text=CANARY)
        services.edit_message(
            message=row, actor=person, values={"text": CANARY * 2}, step=None, evidence=[]
        )
        services.delete_message(message=row, actor=person)
        assert actions(case)[-3:] == ["log-message", "edit-message", "delete-message"]
        assert CANARY not in str(list(ComplaintEvent.objects.values_list("data", flat=True)))

    def test_a_double_click_is_one_note_and_one_event(self, signed_in, case):
        for _time in range(2):
            assert signed_in.post(url(case), typed()).status_code == 302
        assert Message.objects.filter(complaint=case).count() == 1
        assert actions(case).count("log-message") == 1

    def test_saving_without_a_change_writes_no_event(self, case, person):
        row = note(case, person)
        services.edit_message(
            message=row, actor=person, values={"text": row.text}, step=None, evidence=[]
        )
        assert "edit-message" not in actions(case)

    def test_a_deleted_note_can_be_deleted_again(self, case, person):
        row = note(case, person)
        services.delete_message(message=row, actor=person)
        services.delete_message(message=row, actor=person)
        assert actions(case).count("delete-message") == 1

    def test_a_closed_case_still_takes_a_late_letter(self, case, person):
        services.act(complaint=case, action="withdraw", actor=person)
        note(case, person)
        assert Message.objects.filter(complaint=case).count() == 1

    def test_what_is_in_a_frozen_document_stays(self, signed_in, case, person):
        row = note(case, person)
        frozen = list(Document.objects.filter(complaint=case).values_list("model", flat=True))
        signed_in.post(f"/complaints/messages/{row.public_id}/delete/")
        assert frozen == list(
            Document.objects.filter(complaint=case).values_list("model", flat=True)
        )

    def test_editing_keeps_what_was_typed_and_changes_the_row(self, signed_in, case, person):
        row = note(case, person)
        page = signed_in.get(f"/complaints/messages/{row.public_id}/").content.decode()
        assert row.text in page
        answer = signed_in.post(
            f"/complaints/messages/{row.public_id}/", typed(text="改过的内容", medium="email")
        )
        assert answer.status_code == 302
        row.refresh_from_db()
        assert (row.text, row.medium, row.with_whom) == ("改过的内容", "email", "")


BAD = [
    ("no text", {"text": ""}, "请填写内容"),
    ("blank text", {"text": " \u3000\u200b "}, "请填写内容"),
    ("too long", {"text": "字" * 5001}, "最多 5000 字"),
    ("NUL", {"text": "a\x00b"}, "不可见字符"),
    ("bidi override", {"text": "a\u202eb"}, "不可见字符"),
    ("no date", {"happened_on": ""}, ""),
    ("tomorrow", {"happened_on": "2099-01-01"}, "不能晚于今天"),
    ("no such day", {"happened_on": "2026-02-30"}, ""),
    ("words for a date", {"happened_on": "前天吧"}, ""),
    ("year one", {"happened_on": "0001-01-01"}, ""),
    ("unknown medium", {"medium": "pigeon"}, "选项无效"),
    ("unknown direction", {"direction": "sideways"}, "选项无效"),
    ("two lines of a name", {"with_whom": "a\nb"}, "一行"),
    ("foreign step", {"step": "6f1c1c1e-0000-4000-8000-000000000000"}, "选项无效"),
    ("step that is no id", {"step": "<script>"}, "选项无效"),
]


@pytest.mark.parametrize(("changes", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_told_and_what_was_typed_stays(signed_in, case, changes, said):
    answer = signed_in.post(url(case), typed(reference_no="GD-2026-77", **changes))
    assert answer.status_code == 422
    body = answer.content.decode()
    assert said in body
    assert "GD-2026-77" in body
    assert 'value="<script>' not in body
    assert not Message.objects.filter(complaint=case).exists()


@pytest.mark.parametrize(
    "when", ["2026-11-10", "2026年11月10日", "2026/11/10", "２０２６－１１－１０"]
)
def test_a_date_as_people_write_it(signed_in, case, when):
    signed_in.post(url(case), typed(happened_on=when))
    assert Message.objects.get(complaint=case).happened_on == dt.date(2026, 11, 10)


class TestOwnOnly:
    def test_a_file_of_another_case_is_refused(self, signed_in, person, case):
        other_case = file(person, log(person, product="huabei"), key="k2")
        proof = keep(person, hostile.png(), "x.png", complaint=other_case)
        mine = keep(person, hostile.png(9), "y.png", complaint=case)
        answer = signed_in.post(
            url(case), typed(evidence=[str(mine.public_id), str(proof.public_id)])
        )
        assert answer.status_code == 422
        with pytest.raises(ValidationError):
            note(case, person, evidence=[proof])
        with pytest.raises(ValidationError):
            note(case, person, step=other_case.steps.first())

    @pytest.mark.parametrize(
        "path",
        [
            "/complaints/{case}/messages/",
            "/complaints/messages/{message}/",
            "/complaints/messages/{message}/check/",
            "/complaints/messages/{message}/reason/",
            "/complaints/questions/{question}/",
        ],
    )
    def test_others_see_nothing_and_the_anonymous_sign_in(self, client, case, person, path):
        row = note(case, person, text=CANARY)
        question = services.add_question(complaint=case, actor=person, text=CANARY)
        address = path.format(
            case=case.public_id, message=row.public_id, question=question.public_id
        )
        for answer in (client.get(address), client.post(address, {})):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/login/")
        client.force_login(UserFactory())
        for answer in (client.get(address), client.post(address, {"action": "remove"})):
            assert answer.status_code == 404
            assert CANARY not in answer.content.decode()
        client.force_login(person)
        assert client.get(address).status_code == 200

    def test_deleting_and_adding_are_the_owners_and_post_only(self, client, case, person):
        row = note(case, person)
        gone = f"/complaints/messages/{row.public_id}/delete/"
        client.force_login(UserFactory())
        assert client.post(gone).status_code == 404
        assert client.post(url(case, "questions/add"), {"text": "x"}).status_code == 404
        client.force_login(person)
        assert client.get(gone).status_code == 405
        assert client.get(url(case, "questions/add")).status_code == 405


class TestReading:
    def test_an_empty_list_says_why_to_write_calls_down(self, signed_in, case):
        said = signed_in.get(url(case)).content.decode()
        assert "还没有来往记录" in said
        assert "工号" in said
        assert re.search(r"<details open id=\"note\">", said)

    def test_letters_that_went_out_stand_in_the_same_timeline(self, signed_in, case, person):
        replied(case, person)
        said = signed_in.get(url(case)).content.decode().partition('id="timeline"')[2]
        assert said.index("2026-11-03") < said.index("2026-10-20")
        assert "TS-1" in said

    def test_three_hundred_notes_take_as_many_queries_as_three(self, signed_in, case, person):
        def queries():
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert signed_in.get(url(case)).status_code == 200
            return len(found)

        for number in range(3):
            note(case, person, text=f"第 {number} 次")
        few = queries()
        day = dt.date(2026, 1, 1)
        Message.objects.bulk_create(
            Message(
                owner=person,
                complaint=case,
                step=case.steps.first(),
                direction="in",
                medium="call",
                happened_on=day + dt.timedelta(days=number),
                text=f"记录 {number}",
            )
            for number in range(297)
        )
        assert queries() == few

    def test_every_note_is_on_exactly_one_page(self, signed_in, case, person):
        day = dt.date(2026, 1, 1)
        Message.objects.bulk_create(
            Message(
                owner=person,
                complaint=case,
                direction="out",
                medium="call",
                happened_on=day + dt.timedelta(days=number // 7),
                text=f"记录-{number}-",
            )
            for number in range(75)
        )
        seen, address = [], url(case)
        while address:
            body = signed_in.get(address).content.decode()
            seen += re.findall(r"记录-(\d+)-", body)
            following = re.search(r'href="([^"]+)" rel="next"', body)
            address = following[1].split("#")[0] if following else None
        assert sorted(map(int, seen)) == list(range(75))
        assert len(seen) == 75

    @pytest.mark.parametrize("after", ["x", "WzEsMl0=", "a" * 300, "%00"])
    def test_a_broken_cursor_shows_the_first_page(self, signed_in, case, person, after):
        note(case, person)
        assert signed_in.get(f"{url(case)}?after={after}").status_code == 200

    def test_markup_in_a_note_is_text(self, signed_in, case, person):
        note(case, person, text="<img src=x onerror=alert(1)>", with_whom="<b>x</b>")
        said = signed_in.get(url(case)).content.decode()
        assert "<img src=x" not in said
        assert "<b>x</b>" not in said


class TestQuestions:
    def test_freezing_a_letter_notes_its_questions_once(self, case, person):
        letter = services.draft_letter(complaint=case, kind="complaint", today=TODAY)
        letter.typed |= {"questions": "请说明标签的来源。\n请 说明标签的来源"}
        letter.save()
        values = {**letter.typed, "limit": None}
        services.freeze_letter(letter=letter, actor=person, values=values, today=TODAY)
        texts = [row.text for row in AskedQuestion.objects.filter(complaint=case)]
        assert texts.count("请说明标签的来源。") == 1
        assert len(texts) == len(set(texts)) >= 1
        services.ask_questions(complaint=case, texts=[*texts, "请说明标签的来源"])
        assert AskedQuestion.objects.filter(complaint=case).count() == len(texts)

    def test_questions_are_numbered_on_and_bounded(self, case):
        services.ask_questions(complaint=case, texts=[f"问题 {number}" for number in range(80)])
        places = list(
            AskedQuestion.objects.filter(complaint=case).values_list("position", flat=True)
        )
        assert len(places) == 60
        assert places == sorted(set(places))

    def test_one_of_ones_own_can_be_added_reworded_and_removed(self, signed_in, case):
        signed_in.post(url(case, "questions/add"), {"text": "谁做的决定？"})
        signed_in.post(url(case, "questions/add"), {"text": "谁做的 决定"})
        row = AskedQuestion.objects.get(complaint=case, text__startswith="谁")
        place = f"/complaints/questions/{row.public_id}/"
        signed_in.post(place, {"action": "reword", "text": "由谁作出的决定？"})
        row.refresh_from_db()
        assert row.text == "由谁作出的决定？"
        signed_in.post(place, {"action": "remove"})
        assert not AskedQuestion.objects.filter(pk=row.pk).exists()
        assert actions(case)[-3:] == ["add-question", "edit-question", "remove-question"]

    def test_a_judged_question_keeps_its_words(self, signed_in, case, person):
        row = services.add_question(complaint=case, actor=person, text="谁做的决定？")
        services.mark_question(question=row, actor=person, state="generic")
        place = f"/complaints/questions/{row.public_id}/"
        assert signed_in.post(place, {"action": "reword", "text": "别的"}).status_code == 422
        row.refresh_from_db()
        assert row.text == "谁做的决定？"

    @pytest.mark.parametrize("text", ["", "  ", "字" * 501, "a\x00b"])
    def test_a_bad_question_is_refused(self, signed_in, case, text):
        before = AskedQuestion.objects.filter(complaint=case).count()
        answer = signed_in.post(url(case, "questions/add"), {"text": text})
        assert answer.status_code == 422
        assert AskedQuestion.objects.filter(complaint=case).count() == before

    def test_an_unknown_state_or_a_message_of_another_case_is_refused(self, case, person):
        row = services.add_question(complaint=case, actor=person, text="谁？")
        foreign = note(file(person, log(person, product="huabei"), key="k2"), person)
        for bad in ({"state": "maybe"}, {"state": "answered", "answered_by": foreign}):
            with pytest.raises(ValidationError):
                services.mark_question(question=row, actor=person, **bad)
        row.refresh_from_db()
        assert row.state == "open"

    def test_an_unknown_action_is_404(self, signed_in, case, person):
        row = services.add_question(complaint=case, actor=person, text="谁？")
        assert signed_in.post(f"/complaints/questions/{row.public_id}/", {}).status_code == 404


class TestChecking:
    @pytest.fixture
    def asked(self, case):
        AskedQuestion.objects.filter(complaint=case).delete()
        return services.ask_questions(
            complaint=case,
            texts=["请说明依据的合同条款是第几条", "请写明我有无违约", "请由人工复核并告知结果"],
        )

    def test_recording_a_reply_notes_it_once(self, case, person):
        step = replied(case, person)
        services.after_reply(step=step, actor=person)
        row = Message.objects.get(complaint=case)
        assert (row.direction, row.happened_on) == ("in", dt.date(2026, 11, 3))
        assert row.text == step.answer_text
        assert "log-message" not in actions(case)

    def test_a_second_answer_is_a_second_note(self, case, person):
        step = replied(case, person)
        services.record_reply(
            step=step,
            actor=person,
            answered_on=dt.date(2026, 11, 12),
            answer_text="您没有逾期记录。",
            reply_kind="specific",
        )
        assert Message.objects.filter(complaint=case).count() == 2

    def test_the_reply_is_marked_and_nothing_is_ticked_for_the_person(
        self, signed_in, case, person, asked
    ):
        step = replied(case, person, "经综合评估，暂不符合要求。您没有逾期记录。")
        said = signed_in.get(f"/complaints/steps/{step.public_id}/check/").content.decode()
        assert re.search(r'<mark class="phrase">综合评估', said)
        assert re.search(r'<mark class="fact">没有逾期', said)
        assert "3 个问题里答了 0 个" in said
        assert "2 处是套话" in said
        assert "checked" not in said
        assert not AskedQuestion.objects.exclude(state="open").exists()

    def test_asked_for_the_suggestion_is_filled_in_but_not_saved(
        self, signed_in, case, person, asked
    ):
        step = replied(case, person, "经综合评估，暂不符合要求。您没有逾期记录。")
        said = signed_in.get(f"/complaints/steps/{step.public_id}/check/?fill=1").content.decode()
        assert said.count("checked") == 3
        assert not AskedQuestion.objects.exclude(state="open").exists()

    def test_ticks_are_saved_with_the_reply_and_the_phrase(self, signed_in, case, person, asked):
        step = replied(case, person, "经综合评估，暂不符合要求。您没有逾期记录。")
        first, second, _third = asked
        place = f"/complaints/steps/{step.public_id}/check/"
        ticks = {str(first.public_id): "generic", str(second.public_id): "answered"}
        for _time in range(2):
            assert signed_in.post(place, ticks).status_code == 302
        for row in asked:
            row.refresh_from_db()
        assert [row.state for row in asked] == ["generic", "answered", "open"]
        assert (first.why, second.why) == ("overall-assessment", "")
        assert first.answered_by == Message.objects.get(complaint=case)
        assert actions(case).count("mark-question") == 2
        assert "3 个问题里答了 1 个" in signed_in.get(place).content.decode()

    @pytest.mark.parametrize("state", ["open", "maybe", "<b>", "answered\x00"])
    def test_a_state_nobody_offers_is_refused(self, signed_in, case, person, asked, state):
        step = replied(case, person)
        answer = signed_in.post(
            f"/complaints/steps/{step.public_id}/check/", {str(asked[0].public_id): state}
        )
        assert answer.status_code == 422
        assert not AskedQuestion.objects.exclude(state="open").exists()

    def test_the_reminder_quotes_what_was_not_answered(self, signed_in, case, person, asked):
        step = replied(case, person, kind="refused")
        ticks = {
            str(asked[0].public_id): "generic",
            str(asked[1].public_id): "answered",
            str(asked[2].public_id): "missed",
        }
        place = f"/complaints/steps/{step.public_id}/check/"
        signed_in.post(place, ticks)
        said = signed_in.get(place).content.decode()
        assert f"/complaints/{case.public_id}/letters/remind/new/" in said
        assert "?channel=" in said
        signed_in.post(f"/complaints/{case.public_id}/letters/remind/new/")
        letter = case.letters.get(kind="remind")
        page = signed_in.get(f"/complaints/letters/{letter.public_id}/").content.decode()
        assert asked[0].text in page
        assert asked[2].text in page
        assert asked[1].text not in page

    def test_a_missed_question_alone_makes_a_reminder_possible(self, case, person, asked):
        replied(case, person, "您没有逾期记录。", kind="specific")
        with pytest.raises(ValidationError):
            services.draft_letter(complaint=case, kind="remind", today=TODAY)
        services.mark_question(question=asked[0], actor=person, state="missed")
        services.draft_letter(complaint=case, kind="remind", today=TODAY)

    def test_a_stated_reason_is_noted_on_the_change(self, signed_in, case, person, asked):
        step = replied(
            case, person, "经综合评估。您的身份证已于2026年9月3日到期。", kind="specific"
        )
        row = Message.objects.get(step=step)
        place = f"/complaints/messages/{row.public_id}/reason/"
        page = signed_in.get(place).content.decode()
        assert "您的身份证已于2026年9月3日到期。" in page
        assert "经综合评估。您的身份证" not in page
        answer = signed_in.post(
            place,
            {
                "cause_slug": "info-expired",
                "in_writing": "on",
                "quote": "身份证到期",
                "given_on": "2026-11-03",
            },
        )
        assert answer.status_code == 302
        word = Confirmation.objects.get(change=case.change)
        assert (word.kind, word.cause_slug, word.in_writing) == ("specific", "info-expired", True)

    def test_a_corrected_change_takes_the_reason(self, signed_in, case, person, asked):
        from limits.services import correct_change

        newer = correct_change(
            change=case.change,
            today=TODAY,
            product="jiebei",
            before=5_000_000,
            after=100,
            effective_on=case.change.effective_on,
        )
        step = replied(case, person, "您的身份证已于2026年9月3日到期。", kind="specific")
        row = Message.objects.get(step=step)
        signed_in.post(
            f"/complaints/messages/{row.public_id}/reason/",
            {"cause_slug": "info-expired", "quote": "", "given_on": "2026-11-03"},
        )
        assert Confirmation.objects.get().change == newer

    def test_a_bad_reason_is_refused_and_typed_words_stay(self, signed_in, case, person, asked):
        step = replied(case, person, "您的身份证已于2026年9月3日到期。", kind="specific")
        row = Message.objects.get(step=step)
        answer = signed_in.post(
            f"/complaints/messages/{row.public_id}/reason/",
            {"cause_slug": "", "quote": "我写的话", "given_on": "2020-01-01"},
        )
        assert answer.status_code == 422
        assert "我写的话" in answer.content.decode()
        assert not Confirmation.objects.exists()

    def test_a_step_without_an_answer_says_so(self, signed_in, case):
        step = case.steps.first()
        said = signed_in.get(f"/complaints/steps/{step.public_id}/check/").content.decode()
        assert "这一步还没有登记答复" in said

    def test_after_noting_what_came_in_the_person_lands_on_the_check(self, signed_in, case, asked):
        answer = signed_in.post(url(case), typed())
        row = Message.objects.get(complaint=case)
        assert answer["Location"] == f"/complaints/messages/{row.public_id}/check/"
        out = signed_in.post(url(case), typed(direction="out"))
        assert out["Location"] == url(case)

    def test_sixty_questions_take_as_many_queries_as_three(self, signed_in, case, person, asked):
        step = replied(case, person)
        place = f"/complaints/steps/{step.public_id}/check/"

        def queries():
            with CaptureQueriesContext(connection) as found:
                assert signed_in.get(place).status_code == 200
            return len(found)

        few = queries()
        services.ask_questions(complaint=case, texts=[f"问题 {number}" for number in range(57)])
        assert queries() == few


class TestTrying:
    PLACE = "/check-reply/"

    def test_a_pasted_reply_is_read_and_nothing_is_kept(self, client, known):
        with CaptureQueriesContext(connection) as found:
            answer = client.post(self.PLACE, {"text": f"经综合评估，暂不符合要求。{CANARY}"})
        said = answer.content.decode()
        assert answer.status_code == 200
        assert "只有套话" in said
        assert "可以接着问" in said
        assert CANARY in said
        assert not [row for row in found if row["sql"].split()[0] in ("INSERT", "UPDATE")]
        assert "sessionid" not in client.cookies

    @pytest.mark.parametrize(
        "text", ["", " ", "字" * 5001, "a\x00b"], ids=["empty", "blank", "long", "NUL"]
    )
    def test_bad_text_is_told(self, client, known, text):
        assert client.post(self.PLACE, {"text": text}).status_code == 422

    def test_markup_is_text_and_templates_are_inert(self, client, known):
        text = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %}经综合评估"
        said = client.post(self.PLACE, {"text": text}).content.decode()
        assert "<script>alert" not in said
        assert "{{ 7|add:7 }}" in said

    def test_too_many_posts_of_one_address_are_refused(self, client, known, settings):
        settings.API_RATE = "3/min"
        codes = [client.post(self.PLACE, {"text": "经综合评估"}).status_code for _n in range(5)]
        assert 429 in codes
        assert codes[0] == 200
        assert client.get(self.PLACE).status_code == 200
