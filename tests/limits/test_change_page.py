"""The page of one change: number and date first, evidence with its grade, one request, constant cost."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from limits.enums import ChangeKind
from limits.models import Answer, Assessment, LimitChange
from limits.services import answer_question, log_change
from tests.factories import EVENT_ON, LimitChangeFactory, log

TODAY = dt.date(2026, 11, 22)
MOST_QUERIES = 9

pytestmark = pytest.mark.django_db


def page(client, change, query=""):
    return client.get(f"/changes/{change.public_id}/{query}").content.decode()


def plain(html):
    """The text a reader sees, in one line."""
    main = html.partition('<main id="main"')[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def answered(change, **answers):
    for question, answer in answers.items():
        answer_question(
            change=change, question=question.replace("_", "-"), answer=answer, today=TODAY
        )


def test_number_and_date_come_first(signed_in, known, person):
    html = page(signed_in, log(person))
    heading = plain(f'<main id="main">{re.search("<h1.*?</h1>", html, re.S)[0]}</main>')
    assert "借呗 · 2026-10-12" in heading
    assert "50,000 元 → 变为 0 元" in heading
    assert "<title>借呗 50,000 元 → 0 元 · 2026-10-12" in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": ChangeKind.FREEZE, "after_fen": 5_000_000}, "被冻结或暂停使用"),
        ({"kind": ChangeKind.CLOSE}, "额度关闭"),
        ({"kind": ChangeKind.REOPEN, "before_fen": 0, "after_fen": 10}, "重新开通"),
        ({"kind": ChangeKind.BRAND, "after_fen": 5_000_000, "name_after": "新名字"}, "新名字"),
        (
            {
                "kind": ChangeKind.LENDER,
                "after_fen": 5_000_000,
                "lender_before": "甲银行",
                "lender_after": "乙银行",
            },
            "甲银行 → 变为 乙银行",
        ),
        ({"unchanged_until": dt.date(2026, 10, 1)}, "在 2026-10-01 到 2026-10-12 之间"),
        ({"by_me": True}, "自己操作的"),
        ({"noticed_on": dt.date(2026, 10, 20)}, "2026-10-20 发现"),
    ],
    ids=["freeze", "close", "reopen", "brand", "lender", "between", "by me", "noticed"],
)
def test_what_kind_of_change_it_was_is_said_in_words(signed_in, known, person, fields, said):
    change = LimitChangeFactory(line__owner=person, **fields)
    text = plain(page(signed_in, change))
    assert said in text[: text.index("回答一个问题") if "回答一个问题" in text else 300]


def test_every_clue_has_points_origin_and_grade_in_words(signed_in, known, person):
    change = log(person)
    answered(change, merchant_code="yes")
    text = plain(page(signed_in, change))
    assert "在变动前 12 个月里" in text or "商家" in text
    assert re.search(r"\+\d 分 · 你的回答 · 本站推断", text)
    assert re.search(r"\+\d 分 · 台账 · 本站推断", text)
    assert "线索后面的分数是编辑给的，不是放款方的分数，也不是概率。" in text
    assert "这种机制的公开证据：法规、监管文件。它不说明事情发生在你身上。" in text
    assert "%" not in text.partition("可能的原因")[2].partition("会影响征信吗")[0]


@pytest.mark.parametrize(
    ("answer", "is_open"), [("yes", False), ("no", False), ("unknown", True), ("skip", True)]
)
def test_a_question_of_a_cause_is_open_until_it_is_answered(
    signed_in, known, person, answer, is_open
):
    change = log(person)
    contract = known.questions["mybank-contract"].text.zh
    answered(change, clicked_switch="yes")
    assert contract in cards_of(page(signed_in, change))
    answered(change, mybank_contract=answer)
    assert (contract in cards_of(page(signed_in, change))) is is_open


def cards_of(html):
    return html.partition('id="causes"')[2].partition('id="question"')[0]


def test_at_most_six_cards_stand_open_and_the_lender_only_knows_is_one(signed_in, known, person):
    change = log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    answered(change, merchant_code="yes", utilisation="high", lenders="four-plus", late="both")
    html = page(signed_in, change)
    causes = html.partition('id="causes"')[2].partition("</section>\n<section>")[0]
    open_cards, _, folded = causes.partition("个可能原因</summary>")
    assert open_cards.count("card cause") == 6
    assert "只有放款方知道" in open_cards
    assert folded.count("card cause") >= 1


def test_an_answer_says_what_moved_and_why(signed_in, known, person):
    change = log(person)
    answered(change, self_limit="yes")
    text = plain(page(signed_in, change))
    assert "和上一次评估相比" in text
    assert re.search("「自己调低、关闭或自律设置」现在列为「.+」，因为.+。", text)


def test_the_fragment_and_the_page_say_the_same(signed_in, known, person):
    change = log(person)
    given = {"question": "self-limit", "answer": "yes"}
    address = f"/changes/{change.public_id}/answer/"
    fragment = signed_in.post(address, given, headers={"HX-Request": "true"}).content.decode()
    whole = signed_in.post(address, given, follow=True).content.decode()
    moved = re.search("「自己调低.+?。", fragment)[0]
    assert moved in whole
    assert "<html" not in fragment
    assert 'id="explanation"' in fragment


def test_an_answer_can_be_changed_and_the_others_stay(signed_in, known, person):
    change = log(person)
    answered(change, merchant_code="yes", late="none")
    html = page(signed_in, change, "?question=late")
    assert "重新回答：" in html
    assert 'name="question" value="late"' in html
    signed_in.post(
        f"/changes/{change.public_id}/answer/", {"question": "late", "answer": "unknown"}
    )
    stored = dict(Answer.objects.values_list("question_slug", "answer_slug"))
    assert stored == {"merchant-code": "yes", "late": "unknown"}


def test_an_unknown_question_in_the_address_is_ignored(signed_in, known, person):
    assert "下一个问题：" in page(signed_in, log(person), "?question=<script>")


def test_a_sensitive_answer_is_not_printed_but_can_be_changed(signed_in, known, person):
    change = log(person)
    answered(change, cash_out_like="yes")
    html = page(signed_in, change)
    rows = html.partition("你已回答 1 题")[2].partition("</details>")[0]
    assert "?question=cash-out-like" in rows
    assert re.search("<strong>(.+?)</strong>", rows, re.S)[1].strip() == "已回答，加密保存"


def test_the_request_is_ready_to_copy_and_leads_on(signed_in, known, person):
    html = page(signed_in, log(person))
    request = html.partition('id="request-text"')[2].partition("</pre>")[0]
    assert "50,000 元变为 0 元" in request
    assert "1. " in request
    assert 'data-copy="request-text"' in html
    assert 'action="/complaints/start/"' in html


def test_a_sensitive_cause_enters_the_request_only_when_ticked(signed_in, known, person):
    change = log(person)
    answered(change, cash_out_like="yes")
    question = known.causes["cash-out-suspected"].ask_lender[0].zh
    request = page(signed_in, change).partition('id="request-text"')[2].partition("</pre>")[0]
    assert question not in request
    response = signed_in.post(
        f"/changes/{change.public_id}/request/",
        {"cause": "cash-out-suspected"},
        headers={"HX-Request": "true"},
    )
    assert question in response.content.decode().partition('id="request-text"')[2]


def test_the_record_question_is_answered_for_this_product_with_source_and_day(
    signed_in, known, person
):
    text = plain(page(signed_in, log(person)))
    assert known.products["jiebei"].on_report.zh in text
    assert known.facts["hurt-cut-not-negative"].answer.zh in text
    assert "征信业管理条例 第44条 · 法规、监管文件 · 核对日期 2026-11-22" in text


def test_a_pair_is_shown_from_both_sides(signed_in, known, person):
    fall = log(person)
    rise = log(person, product="wangshangdai", before=0, after=5_000_000)
    for shown, other in ((fall, rise), (rise, fall)):
        html = page(signed_in, shown)
        assert "一处下降，另一处（网商贷）出现或提高" in html
        assert f"/changes/{other.public_id}/" in html


def test_a_corrected_change_leads_to_the_one_that_counts(signed_in, known, person):
    change = log(person)
    signed_in.post(
        f"/changes/{change.public_id}/correct/",
        {"product": "jiebei", "before": "40000", "after": "0", "effective_on": "2026-10-12"},
    )
    newer = LimitChange.objects.get(supersedes=change)
    assert f'href="/changes/{newer.public_id}/"' in page(signed_in, change)


def test_the_crowd_is_named_only_where_it_counted(signed_in, known, person):
    change = log(person)
    assert "记下同样变动的明显变多" not in page(signed_in, change)
    newest = Assessment.objects.filter(change=change).newest().first()
    wave = {"signal": "CR_WAVE", "zh": "同期很多人", "en": "many at that time", "weight": 2}
    newest.result["causes"][0]["supporting"].append(wave)
    newest.save()
    assert "记下同样变动的明显变多" in page(signed_in, change)


# --- old assessments ----------------------------------------------------------------------------


def test_an_old_assessment_is_shown_word_for_word(signed_in, known, person):
    change = log(person)
    first = Assessment.objects.get(change=change)
    first.result["causes"][0]["supporting"] = [
        {"signal": "EV_ZERO", "zh": "当时的原话", "en": "the words of then", "weight": 9}
    ]
    first.save()
    answered(change, merchant_code="yes")
    listing = signed_in.get(f"/changes/{change.public_id}/assessments/").content.decode()
    assert f"/assessments/{first.public_id}/" in listing
    assert listing.count('<span class="meta">现在的资料') == 2
    shown = signed_in.get(f"/assessments/{first.public_id}/").content.decode()
    assert "当时的原话" in shown
    assert "+9 分" in shown
    assert "还不知道" not in shown
    assert "当时的原话" not in page(signed_in, change)


def test_a_stored_title_and_grade_outlive_the_record(signed_in, known, person):
    first = Assessment.objects.get(change=log(person))
    first.result["causes"] = [
        {
            "slug": "gone",
            "title": {"zh": "已撤下的原因", "en": "withdrawn"},
            "band": "possible",
            "score": 3,
            "supporting": [{"signal": "GONE", "zh": "旧", "en": "old", "weight": 3, "grade": "A1"}],
            "opposing": [],
        }
    ]
    first.save()
    shown = plain(signed_in.get(f"/assessments/{first.public_id}/").content.decode())
    assert "已撤下的原因 有可能" in shown
    assert "官方表态" in shown


def test_outdated_content_is_said_and_the_difference_explained(signed_in, known, person):
    change = log(person)
    old = Assessment.objects.get(change=change)
    old.content_version = "000000000000"
    old.result["causes"] = [row for row in old.result["causes"] if row["slug"] == "other-unknown"]
    old.inputs["content_version"] = old.input_hash = old.content_version
    old.save()
    assert "用现在的资料重新评估" in page(signed_in, change)
    response = signed_in.post(f"/changes/{change.public_id}/reassess/", follow=True)
    text = plain(response.content.decode())
    assert Assessment.objects.filter(change=change).count() == 2
    assert "和上一次评估相比" in text
    assert "现在列为" in text
    assert signed_in.get(f"/assessments/{old.public_id}/").status_code == 200
    assert "用现在的资料重新评估" not in page(signed_in, change)


def test_current_content_offers_nothing_to_renew(signed_in, known, person):
    assert "用现在的资料重新评估" not in page(signed_in, log(person))


def test_assessments_of_another_person_are_not_found(client, known, person, other):
    change = log(person)
    made = Assessment.objects.get(change=change)
    client.force_login(other)
    for address in (f"/changes/{change.public_id}/assessments/", f"/assessments/{made.public_id}/"):
        assert client.get(address).status_code == 404
    assert client.post(f"/changes/{change.public_id}/reassess/").status_code == 404
    assert client.post(f"/changes/{change.public_id}/request/").status_code == 404


# --- cost ---------------------------------------------------------------------------------------


def history(change, rows):
    first = dt.date(2010, 1, 1)
    LimitChange.objects.bulk_create(
        LimitChange(
            owner_id=change.owner_id,
            line_id=change.line_id,
            before_fen=number,
            after_fen=number + 1,
            effective_on=first + dt.timedelta(days=number),
        )
        for number in range(rows)
    )


@pytest.mark.parametrize("rows", [50, 5_000])
def test_the_page_takes_few_queries_and_the_same_size_whatever_the_history(
    signed_in, known, person, rows
):
    change = log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    answered(change, merchant_code="yes", cash_out_like="no", late="none")
    history(change, rows)
    with CaptureQueriesContext(connection) as queries:
        html = page(signed_in, change)
    assert len(queries) <= MOST_QUERIES - 1
    assert html.count("<tr>") <= 22


def test_a_change_far_back_in_a_long_history_is_on_its_chart(signed_in, known, person):
    change = log_change(
        owner=person,
        today=TODAY,
        product="jiebei",
        before=5_000_000,
        after=0,
        effective_on=dt.date(2010, 2, 1),
    )
    history(change, 300)
    with CaptureQueriesContext(connection) as queries:
        html = page(signed_in, change)
    assert len(queries) <= MOST_QUERIES
    chart = html.partition('class="chart"')[2].partition("</figure>")[0]
    assert "2010-02-01" in chart
    assert "这一次" in chart
    assert EVENT_ON.isoformat() not in chart
