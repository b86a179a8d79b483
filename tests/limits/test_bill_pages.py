"""Pages of bills: what a person reads there. Nobody sees another's."""

import pytest
from django.urls import reverse

from limits.models import Bill
from limits.services import accept_findings, start_bill
from tests.limits.test_bills import REPAID, ROUND, SAMPLE, alipay_12, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(signed_in, person, known, run_jobs):
    """The page of a bill with this content, once it was read."""

    def page(data):
        bill = start_bill(owner=person, data=data)
        run_jobs()
        return signed_in.get(reverse("bill", args=[bill.public_id])).content.decode()

    return page


def test_the_page_says_how_to_export_and_what_is_thrown_away(signed_in, known):
    text = signed_in.get(reverse("bills")).content.decode()
    for words in ("用于个人对账", "怎么导出", "读什么，丢什么", "还没有读过账单"):
        assert words in text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a,b\n1,2\n", "这份文件的列我们不认识"),
        (alipay_12(), "账单里没有一笔交易"),
        (alipay_12(row(on="昨天")), "没有一行能读懂"),
        (alipay_12(row())[:-1] + "支".encode("gb18030")[:1], "不完整"),
    ],
    ids=["another table", "no payment", "nothing readable", "cut inside a letter"],
)
def test_a_refused_bill_says_why_and_what_to_do(read, data, words):
    """JSON of PostgreSQL forgets the order of its keys."""
    text = read(data)
    assert words in text
    assert "文件已经删除" in text


def test_rows_that_do_not_count_are_explained(read):
    text = read(alipay_12(row(), row(on="昨天"), row(amount="x"), row(way="苹果")))
    for words in ("3 行读不懂", "1 行的日期读不懂", "1 行的金额读不懂", "各列对不上"):
        assert words in text


def test_a_bill_shorter_than_it_says_is_pointed_out(read):
    assert "比文件里的多 56 笔" in read(SAMPLE.read_bytes())
    assert "可能没有下载完" not in read(alipay_12(row()))


def test_a_name_that_differs_is_pointed_out(read, person):
    person.display_name = "李四"
    person.save()
    assert "别人的账单不要用" in read(alipay_12(row(), name="*三"))
    assert "别人的账单不要用" not in read(alipay_12(row(), name="*四"))


def test_a_bill_that_sees_one_platform_says_so_where_it_matters(read):
    assert read(alipay_12(*REPAID)).count("账单只看得到这个平台上的付款。别处") == 2
    assert "账单只看得到这个平台上的付款。别处" not in read(alipay_12(*ROUND))


def test_nothing_is_ticked_until_the_person_ticks_it(read, signed_in, person):
    text = read(alipay_12(*ROUND))
    assert "这条比较敏感" in text
    assert " checked" not in text
    bill = Bill.objects.get()
    accept_findings(bill=bill, codes=["BL_CASHOUT_LIKE"])
    shown = signed_in.get(reverse("bill", args=[bill.public_id])).content.decode()
    assert shown.count(" checked") == 1


def test_progress_is_asked_for_and_ends(signed_in, person, known, run_jobs):
    bill = start_bill(owner=person, data=alipay_12(row()))
    address = reverse("bill_progress", args=[bill.public_id])
    assert signed_in.get(address)["Location"] == reverse("bill", args=[bill.public_id])
    assert "排队中" in signed_in.get(address, headers={"HX-Request": "true"}).content.decode()
    run_jobs()
    assert signed_in.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_older_bills_stand_on_the_next_page_at_the_same_cost(
    signed_in, person, known, django_assert_max_num_queries
):
    Bill.objects.bulk_create(Bill(owner=person) for _ in range(25))
    with django_assert_max_num_queries(6):
        text = signed_in.get(reverse("bills")).content.decode()
    assert text.count('class="card"') == 20
    later = text.split("?after=")[1].split('"')[0]
    rest = signed_in.get(f"{reverse('bills')}?after={later}").content.decode()
    assert rest.count('class="card"') == 5


def test_english_pages_have_english_findings(signed_in, person, known, run_jobs):
    bill = start_bill(owner=person, data=alipay_12(*ROUND))
    run_jobs()
    page = signed_in.get(
        reverse("bill", args=[bill.public_id]), headers={"accept-language": "en"}
    ).content.decode()
    assert "2 times paid by credit" in page
    assert "Paid by credit, about as much came back" in page
