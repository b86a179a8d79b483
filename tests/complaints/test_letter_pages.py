"""Letters from choosing a kind to the file that was sent: pages, services, jobs."""

import datetime as dt
import hashlib
import io
import re

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from complaints import services
from complaints.documents import whole
from complaints.models import AskedQuestion, Document, Extension, Letter, Message, Step
from jobs.models import Job
from tests.factories import file, log

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    for module in ("letters", "letter_files"):
        monkeypatch.setattr(f"complaints.views.{module}.today", lambda: TODAY)


@pytest.fixture
def case(person, known):
    change = log(person)
    log(person, product="wangshangdai", before=0, after=3_000_000)
    return file(person, change, contact={"name": "龘小明"}, facts={"story": "我的经过。"})


def draft(case, kind="complaint"):
    return services.draft_letter(complaint=case, kind=kind, today=TODAY)


def typed(letter, **changes):
    return {**letter.typed, **changes}


def save(client, letter, **changes):
    page = client.get(f"/complaints/letters/{letter.public_id}/edit/").content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    data = {name: value for name, value in typed(letter, **changes).items() if value is not None}
    return client.post(f"/complaints/letters/{letter.public_id}/edit/", {**data, "seen": seen})


def freeze(client, letter):
    return client.post(f"/complaints/letters/{letter.public_id}/freeze/", follow=True)


def sent(case, person, on=dt.date(2026, 10, 20), received=dt.date(2026, 10, 21)):
    step = case.steps.order_by("pk").first()
    services.record_sent(
        step=step, actor=person, sent_on=on, received_on=received, reference_no="TS-1"
    )
    case.refresh_from_db()
    return step


def answered(case, person, text="经综合评估，暂不符合要求。", reply_kind="generic"):
    step = sent(case, person)
    services.record_reply(
        step=step,
        actor=person,
        answered_on=dt.date(2026, 11, 3),
        answer_text=text,
        reply_kind=reply_kind,
    )
    case.refresh_from_db()


def page(client, letter):
    return client.get(f"/complaints/letters/{letter.public_id}/").content.decode()


def test_the_page_offers_what_suits_and_says_where_else_to_go(signed_in, case):
    said = signed_in.get(f"/complaints/{case.public_id}/letters/").content.decode()
    assert f"/complaints/{case.public_id}/letters/nfra/new/" in said
    assert f"/complaints/{case.public_id}/letters/pboc/new/" not in said
    assert "2024 年 6 月 28 日起，银行和消费金融公司请用 12378" in said
    assert "信贷争议通常不受理" in said
    assert "举报和投诉是两回事" in said


@pytest.mark.parametrize(
    "kind", ["complaint", "explain", "copy", "nfra", "report", "dispute", "close-line"]
)
def test_a_kind_opens_a_draft_with_what_is_known_of_the_case(signed_in, case, kind):
    response = signed_in.post(f"/complaints/{case.public_id}/letters/{kind}/new/", follow=True)
    letter = Letter.objects.get()
    assert response.redirect_chain[-1][0] == f"/complaints/letters/{letter.public_id}/edit/"
    assert letter.typed["name"] == "龘小明"
    carried = letter.typed.get("story", "")
    assert carried == ("我的经过。" if kind in ("complaint", "explain", "nfra") else "")


def test_the_same_kind_is_taken_up_again_and_not_begun_twice(case):
    assert draft(case).pk == draft(case).pk


def test_a_kind_that_does_not_suit_is_refused_in_words(signed_in, case):
    response = signed_in.post(f"/complaints/{case.public_id}/letters/pboc/new/", follow=True)
    assert "银行和消费金融公司请用 12378" in response.content.decode()
    assert not Letter.objects.exists()


def test_an_unknown_kind_is_404(signed_in, case):
    assert signed_in.post(f"/complaints/{case.public_id}/letters/nix/new/").status_code == 404


def test_a_reminder_before_anything_was_sent_is_refused(signed_in, case):
    response = signed_in.post(f"/complaints/{case.public_id}/letters/remind/new/", follow=True)
    assert "还没有可以催办的" in response.content.decode()


def test_a_line_nobody_asked_for_is_closed_by_its_own_lender(signed_in, case):
    letter = draft(case, "close-line")
    assert letter.typed["institution"] == "mybank"
    save(signed_in, letter, items="2026-10-12 看到网商贷。")
    letter.refresh_from_db()
    said = page(signed_in, letter)
    assert "浙江网商银行股份有限公司" in said
    assert "《个人贷款管理办法》" in said


def test_own_words_are_kept_as_they_are_even_when_they_cannot_stand(signed_in, case):
    letter = draft(case, "correct")
    words = "<b>职业</b>写错了 {{7*7}}"
    response = save(signed_in, letter, items="", story=words, limit="五百")
    assert response.status_code == 422
    letter.refresh_from_db()
    assert letter.typed["story"] == words
    assert letter.typed["limit"] == "五百"
    said = response.content.decode()
    assert "五百" in said
    assert "&lt;b&gt;职业&lt;/b&gt;写错了 {{7*7}}" in said
    assert "你填写的内容都还在" in said


def test_a_draft_shows_itself_section_by_section_with_hints(signed_in, case):
    letter = draft(case)
    save(signed_in, letter, wish="否则向媒体曝光")
    letter.refresh_from_db()
    said = page(signed_in, letter)
    assert "<h3>一、请求</h3>" in said
    assert "你写的这些话会削弱这封信" in said
    assert "否则向媒体曝光" in said


def test_two_tabs_do_not_overwrite_each_other_unasked(signed_in, case):
    letter = draft(case)
    address = f"/complaints/letters/{letter.public_id}/edit/"
    seen = re.search(r'name="seen" value="(\w+)"', signed_in.get(address).content.decode())[1]
    data = typed(letter)
    assert signed_in.post(address, {**data, "story": "第一页", "seen": seen}).status_code == 302
    clash = signed_in.post(address, {**data, "story": "第二页", "seen": seen})
    assert clash.status_code == 409
    letter.refresh_from_db()
    assert letter.typed["story"] == "第一页"
    assert "第二页" in clash.content.decode()


def test_freezing_keeps_inputs_hash_and_template_and_asks_for_four_files(
    signed_in, person, case, run_jobs
):
    letter = draft(case, "explain")
    before = Job.objects.filter(kind="complaints.document").count()
    freeze(signed_in, letter)
    letter.refresh_from_db()
    assert letter.state == "frozen"
    assert letter.model["inputs"]["values"]["name"] == "龘小明"
    assert letter.model["inputs"]["facts_sha256"] == case.facts_sha256
    assert letter.model["inputs"]["content_version"]
    assert len(letter.model_sha256) == 64
    assert Job.objects.filter(kind="complaints.document").count() == before + 4
    assert "排队中" in page(signed_in, letter)
    run_jobs()
    rows = {(row.kind, row.file_format): row for row in Document.objects.filter(letter=letter)}
    assert set(rows) == {
        ("letter", "pdf"),
        ("letter", "docx"),
        ("letter", "txt"),
        ("script", "pdf"),
    }
    for row in rows.values():
        assert hashlib.sha256(whole(row)).hexdigest() == row.sha256
    assert run_jobs() == 0
    assert rows["letter", "pdf"].sha256 in page(signed_in, letter)


def test_files_come_down_as_what_they_are(signed_in, case, run_jobs):
    letter = draft(case, "nfra")
    freeze(signed_in, letter)
    run_jobs()
    kinds = {}
    for row in Document.objects.filter(letter=letter):
        answer = signed_in.get(f"/documents/{row.public_id}/")
        kinds[row.kind, row.file_format] = answer["Content-Type"]
        assert answer["Content-Disposition"].startswith("attachment")
        assert f".{row.file_format}" in answer["Content-Disposition"]
        assert b"".join(answer.streaming_content)
    assert kinds["letter", "docx"].endswith("wordprocessingml.document")
    assert kinds["letter", "txt"].startswith("text/plain")
    assert kinds["letter", "pdf"] == kinds["script", "pdf"] == "application/pdf"


def test_a_frozen_letter_is_never_changed(signed_in, person, case):
    letter = draft(case)
    freeze(signed_in, letter)
    letter.refresh_from_db()
    was = (letter.model, letter.model_sha256, letter.frozen_at)
    with pytest.raises(ValidationError, match="已经定稿"):
        services.edit_letter(letter=letter, typed={"story": "改"}, seen="")
    with pytest.raises(ValidationError, match="已经定稿"):
        services.discard_letter(letter=letter)
    freeze(signed_in, letter)
    assert save_blindly(signed_in, letter).status_code == 302
    letter.refresh_from_db()
    assert (letter.model, letter.model_sha256, letter.frozen_at) == was
    assert Document.objects.filter(letter=letter).count() == 4


def save_blindly(client, letter):
    address = f"/complaints/letters/{letter.public_id}/edit/"
    return client.post(address, {"story": "改", "seen": "x"})


def test_an_amendment_is_a_new_version_and_the_old_one_stays(signed_in, case, run_jobs):
    letter = draft(case)
    freeze(signed_in, letter)
    signed_in.post(f"/complaints/letters/{letter.public_id}/amend/")
    signed_in.post(f"/complaints/letters/{letter.public_id}/amend/")
    second = Letter.objects.get(amends=letter)
    assert (second.version, second.state, second.typed) == (2, "draft", letter.typed)
    freeze(signed_in, second)
    run_jobs()
    assert Document.objects.filter(letter__in=[letter, second], state="ready").count() == 8
    letter.refresh_from_db()
    second.refresh_from_db()
    assert letter.model_sha256 != second.model_sha256


def test_a_draft_can_be_thrown_away(signed_in, case):
    letter = draft(case)
    signed_in.post(f"/complaints/letters/{letter.public_id}/discard/")
    assert not Letter.objects.exists()


def test_a_letter_that_lacks_its_point_cannot_be_frozen(signed_in, case):
    letter = draft(case, "report")
    response = signed_in.post(f"/complaints/letters/{letter.public_id}/freeze/")
    assert response.status_code == 422
    assert "违法事实" in response.content.decode()
    letter.refresh_from_db()
    assert letter.state == "draft"


def test_a_sentence_wrong_in_law_stops_the_freezing_and_keeps_the_draft(
    signed_in, case, monkeypatch
):
    from complaints.domain.lint import LintError

    def refuse(*args):
        raise LintError("fifteen-working-days")

    letter = draft(case)
    monkeypatch.setattr("complaints.documents.letters.compose", refuse)
    said = freeze(signed_in, letter).content.decode()
    assert "要由编辑先核对" in said
    letter.refresh_from_db()
    assert letter.state == "draft"
    assert not Document.objects.filter(letter=letter).exists()


@pytest.mark.parametrize("tail", ["text/", "phone/"])
def test_a_page_that_would_show_a_wrong_sentence_says_so_instead(
    signed_in, case, monkeypatch, tail
):
    from complaints.domain.lint import LintError

    def refuse(*args):
        raise LintError("fifteen-working-days")

    letter = draft(case)
    monkeypatch.setattr("complaints.documents.letters.pasted", refuse)
    monkeypatch.setattr("complaints.documents.letters.compose_script", refuse)
    answer = signed_in.get(f"/complaints/letters/{letter.public_id}/{tail}", follow=True)
    assert answer.status_code == 200
    assert "要由编辑先核对" in answer.content.decode()


def test_what_was_edited_while_it_was_read_is_not_frozen_unseen(signed_in, person, case):
    letter = draft(case)
    stale = Letter.objects.get(pk=letter.pk)
    save(signed_in, letter, story="新写的")
    with pytest.raises(services.StaleLetter):
        services.freeze_letter(letter=stale, actor=person, values=stale.typed, today=TODAY)
    letter.refresh_from_db()
    assert letter.state == "draft"


def test_a_letter_to_another_institution_needs_one_it_suits(signed_in, case):
    case.respondent_licence = "micro_loan"
    case.save()
    letter = draft(case, "close-line")
    response = save(signed_in, letter, institution="case", items="x")
    assert response.status_code == 422
    assert "这一种信不适合这家机构，请选另一家" in response.content.decode()


def test_a_text_that_is_too_long_gets_a_short_version_and_says_what_is_left_out(signed_in, case):
    letter = draft(case)
    save(signed_in, letter, limit="400", story="经过。" * 200)
    said = signed_in.get(f"/complaints/letters/{letter.public_id}/text/").content.decode()
    assert "短的一份，装得下" in said
    assert "补充说明" in said
    letter.refresh_from_db()
    freeze(signed_in, letter)
    letter.refresh_from_db()
    assert letter.model["paste"]["length"] <= 400
    assert letter.model["paste"]["limit"] == 400


def test_a_box_that_holds_not_even_the_least_is_refused_before_freezing(signed_in, case):
    letter = draft(case)
    save(signed_in, letter, limit="100")
    letter.refresh_from_db()
    response = freeze(signed_in, letter)
    assert "比上限多" in response.content.decode()
    letter.refresh_from_db()
    assert letter.state == "draft"


def test_the_phone_script_stays_the_one_that_was_frozen(signed_in, case):
    letter = draft(case)
    address = f"/complaints/letters/{letter.public_id}/phone/"
    assert "我叫龘小明" in signed_in.get(address).content.decode()
    freeze(signed_in, letter)
    Document.objects.filter(letter=letter, kind="script").update(
        model={"title": "x", "blocks": [{"kind": "paragraph", "text": "冻结的稿子"}]}
    )
    assert "冻结的稿子" in signed_in.get(address).content.decode()


def test_a_letter_elsewhere_opens_a_step_with_that_channels_rule(signed_in, case):
    for kind in ("nfra", "explain"):
        freeze(signed_in, draft(case, kind))
    rules = set(case.steps.values_list("channel_code", "rule_code"))
    assert rules == {("C01", "D01"), ("C05", "D04"), ("C01", "D27")}
    assert Letter.objects.get(kind="nfra").step.recipient == "国家金融监督管理总局"


def test_the_complaint_itself_uses_the_step_that_is_already_there(signed_in, case):
    freeze(signed_in, draft(case))
    assert case.steps.count() == 1
    assert Letter.objects.get().step == case.steps.get()


def test_registering_that_it_was_sent_starts_the_clock_of_its_step(signed_in, case):
    letter = draft(case, "nfra")
    freeze(signed_in, letter)
    signed_in.post(
        f"/complaints/letters/{letter.public_id}/sent/",
        {"sent_on": "2026-11-20", "received_on": "2026-11-20", "reference_no": "12378-1"},
    )
    step = Letter.objects.get().step
    assert (step.sent_on, step.reference_no) == (dt.date(2026, 11, 20), "12378-1")
    assert step.due_on == dt.date(2026, 12, 1)
    assert case.steps.get(channel_code="C01").sent_on is None


def test_a_date_before_sending_is_refused_on_the_letters_page(signed_in, case):
    letter = draft(case)
    freeze(signed_in, letter)
    response = signed_in.post(
        f"/complaints/letters/{letter.public_id}/sent/",
        {"sent_on": "2026-11-20", "received_on": "2026-11-01", "reference_no": ""},
    )
    assert response.status_code == 422
    assert "收到日期早于寄出日期" in response.content.decode()


def test_after_the_due_day_a_reminder_can_be_written_and_says_so(signed_in, person, case):
    sent(case, person)
    letter = draft(case, "remind")
    said = page(signed_in, letter)
    assert "答复期限到 2026 年 11 月 5 日，我没有收到延长的告知" in said
    assert "到本信写成之日，我没有收到答复" in said
    assert "TS-1" in said


def test_while_the_period_runs_nothing_is_called_late(signed_in, person, case):
    sent(case, person, dt.date(2026, 11, 18), dt.date(2026, 11, 19))
    with pytest.raises(ValidationError):
        draft(case, "remind")
    assert "此前的办理情况" not in page(signed_in, draft(case, "nfra"))


def test_an_announced_extension_moves_the_day(person, case):
    step = sent(case, person)
    Extension.objects.create(
        owner=person,
        step=step,
        announced_on=dt.date(2026, 11, 4),
        due_on=dt.date(2026, 11, 30),
        reason="复杂",
    )
    with pytest.raises(ValidationError):
        draft(case, "remind")


def test_after_a_generic_answer_the_letter_quotes_it_and_what_was_not_answered(
    signed_in, person, case
):
    for position, (words, state) in enumerate(
        [("依据哪一条？", "generic"), ("谁复核的？", "answered"), ("何时复核？", "open")]
    ):
        AskedQuestion.objects.create(
            owner=person, complaint=case, position=position, text=words, state=state
        )
    answered(case, person)
    said = page(signed_in, draft(case, "remind"))
    assert "经综合评估，暂不符合要求" in said
    assert "没有得到答复的问题" in said
    assert "依据哪一条？" in said
    assert "何时复核？" in said
    assert "谁复核的？" not in said


def test_after_a_real_answer_there_is_nothing_to_remind_of(person, case):
    answered(case, person, text="因资料过期。", reply_kind="specific")
    with pytest.raises(ValidationError):
        draft(case, "remind")


def test_a_reminder_that_was_sent_stands_in_the_correspondence_and_starts_no_period(
    signed_in, person, case
):
    step = sent(case, person)
    due = Step.objects.get(pk=step.pk).due_on
    letter = draft(case, "remind")
    freeze(signed_in, letter)
    signed_in.post(
        f"/complaints/letters/{letter.public_id}/sent/",
        {"sent_on": "2026-11-22", "reference_no": "EMS2"},
    )
    message = Message.objects.get()
    assert (message.direction, message.step_id) == ("out", step.pk)
    assert message.reference_no == "EMS2"
    assert case.steps.count() == 1
    assert Step.objects.get(pk=step.pk).due_on == due


def test_after_an_answer_a_letter_elsewhere_moves_the_case_on(signed_in, person, case):
    answered(case, person)
    freeze(signed_in, draft(case, "nfra"))
    case.refresh_from_db()
    assert case.state == "ready"
    assert [row.action for row in case.events.order_by("pk")][-2:] == ["freeze-letter", "escalate"]


def test_a_case_that_has_ended_takes_no_new_letter_and_says_why(signed_in, person, case):
    letter = draft(case, "nfra")
    services.act(complaint=case, action="close", actor=person)
    said = freeze(signed_in, letter).content.decode()
    assert "案件已经结束" in said
    letter.refresh_from_db()
    assert letter.state == "draft"


@pytest.mark.parametrize(
    "typed_words",
    ['#read("/etc/passwd") =1+1 {{7*7}}', "龘小明𬱖𠮷㐂", "שלום سلام 😀"],
)
def test_what_was_typed_reaches_every_file_as_it_is(signed_in, case, run_jobs, typed_words):
    from docx import Document as Word

    letter = draft(case)
    save(signed_in, letter, story=typed_words)
    letter.refresh_from_db()
    freeze(signed_in, letter)
    run_jobs()
    rows = {row.file_format: row for row in Document.objects.filter(letter=letter, kind="letter")}
    assert typed_words in whole(rows["txt"]).decode()
    word = Word(io.BytesIO(whole(rows["docx"])))
    assert typed_words in [row.text for row in word.paragraphs]
    pages = PdfReader(io.BytesIO(whole(rows["pdf"]))).pages
    said = re.sub(r"\s", "", "".join(row.extract_text() for row in pages))
    shown = "".join(
        char if char.isascii() or "CJK" in name(char) else f"[U+{ord(char):04X}]"
        for char in typed_words
        if not char.isspace()
    )
    assert shown in said


def name(char):
    import unicodedata

    return unicodedata.name(char, "")


def test_no_word_of_a_person_is_in_a_job(signed_in, case):
    letter = draft(case)
    save(signed_in, letter, story="很私密的话")
    letter.refresh_from_db()
    freeze(signed_in, letter)
    assert "私密" not in str(list(Job.objects.values("key", "args")))


def test_the_case_page_shows_its_own_documents_and_leads_to_the_letters(signed_in, case, run_jobs):
    freeze(signed_in, draft(case))
    run_jobs()
    said = signed_in.get(f"/complaints/{case.public_id}/").content.decode()
    assert f"/complaints/{case.public_id}/letters/" in said
    assert said.count('class="hash"') == 2


def test_the_list_takes_the_same_queries_whatever_the_letters(
    signed_in, case, django_assert_max_num_queries
):
    address = f"/complaints/{case.public_id}/letters/"
    for kind in ("complaint", "copy", "explain", "nfra"):
        draft(case, kind)
    with django_assert_max_num_queries(8):
        assert signed_in.get(address).status_code == 200


@pytest.mark.parametrize("tail", ["", "edit/", "text/", "phone/", "files/"])
def test_pages_of_another_person_are_404(client, other, case, tail):
    letter = draft(case)
    client.force_login(other)
    assert client.get(f"/complaints/letters/{letter.public_id}/{tail}").status_code == 404
