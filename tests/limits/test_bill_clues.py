"""What must not be taken for a clue: a false one hurts more than a missing one."""

import datetime as dt
import time

import pytest

from limits.domain.bill_clues import Lender, findings
from limits.domain.bills import IN, NEUTRAL, OUT, Payment

DAY = dt.date(2026, 3, 5)
ANT = Lender("ant-cf", "ant")
LENDERS = {
    "借呗": ANT,
    "花呗": Lender("huabei", "ant"),
    "网商贷": Lender("mybank", "ant"),
    "微粒贷": Lender("webank", "webank"),
    "京东金条": Lender("jd-cf", "jd"),
}


def paid(what="", month=0, who="店", way=OUT, fen=100_000, method="余额", kind="日用百货", day=0):
    on = DAY + dt.timedelta(days=30 * month + day)
    return Payment(on, kind, who, what, way, fen, method)


def codes(*rows):
    return {found.code: found for found in findings(rows, LENDERS)}


def repaid(who, month=0):
    return paid(f"{who}还款", month, who, NEUTRAL, kind="信用借还")


def rounds(count, **back):
    """Paid by credit and received from the same side a day later, `count` times."""
    for month in range(count):
        yield paid("扫码", month, "李四", method="花呗")
        yield paid("转账", month, "李四", IN, day=1, **back)


class TestLate:
    @pytest.mark.parametrize(
        "what",
        [
            "水费滞纳金",
            "个人所得税滞纳金",
            "图书逾期费 市图书馆借书",
            "充电宝逾期扣款",
            "退票违约金",
            "提前还款违约金",
            "退租违约金",
        ],
    )
    def test_a_fee_that_is_no_late_repayment_is_none(self, what):
        assert "BL_REPAY_LATE" not in codes(paid(what))

    @pytest.mark.parametrize(
        "what", ["借呗逾期还款", "花呗逾期利息", "信用卡滞纳金", "消费贷罚息", "白条逾期违约金"]
    )
    def test_a_fee_on_a_loan_is_one(self, what):
        assert "BL_REPAY_LATE" in codes(paid(what))

    def test_a_late_fee_that_was_received_says_nothing(self):
        assert "BL_REPAY_LATE" not in codes(paid("借款逾期", way=IN))


class TestBusiness:
    def test_small_sums_at_a_wholesale_shop_are_shopping(self):
        rows = [paid("水果批发", month, fen=3_000) for month in range(4)]
        assert "BL_BUSINESS_SPEND" not in codes(*rows)
        assert "BL_BUSINESS_SPEND" in codes(*(paid("水果批发", month) for month in range(4)))


class TestRounds:
    def test_what_came_back_once_answers_one_payment(self):
        rows = [paid("扫码", who="李四", method="花呗"), paid("扫码", who="李四", method="花呗")]
        assert "BL_CASHOUT_LIKE" not in codes(*rows, paid("转账", who="李四", way=IN))

    @pytest.mark.parametrize(
        ("back", "is_round"),
        [
            ({}, True),
            ({"fen": 95_000}, True),
            ({"fen": 94_999}, False),
            ({"fen": 105_001}, False),
        ],
        ids=["equal", "five per cent less", "less than that", "more than that"],
    )
    def test_about_as_much_is_within_five_per_cent(self, back, is_round):
        assert ("BL_CASHOUT_LIKE" in codes(*rounds(2, **back))) is is_round

    @pytest.mark.parametrize(("days", "is_round"), [(-1, False), (0, True), (3, True), (4, False)])
    def test_back_within_three_days(self, days, is_round):
        rows = [
            row
            for month in (0, 1)
            for row in (
                paid("扫码", month, "李四", method="信用卡"),
                paid("转账", month, "李四", IN, day=days),
            )
        ]
        assert ("BL_CASHOUT_LIKE" in codes(*rows)) is is_round

    def test_a_payer_without_a_name_is_nobody(self):
        rows = [
            row
            for month in (0, 1)
            for row in (paid("x", month, "/", method="花呗"), paid("x", month, "/", IN))
        ]
        assert "BL_CASHOUT_LIKE" not in codes(*rows)

    def test_ten_thousand_payments_of_one_payer_stay_cheap(self):
        rows = [
            paid("x", 0, "李四", OUT if n % 2 else IN, 100_000 + n * 7_000, "花呗")
            for n in range(20_000)
        ]
        started = time.process_time()
        codes(*rows)
        assert time.process_time() - started < 5  # the square of it takes a minute


class TestLenders:
    def test_products_of_one_group_are_one_lender_where_many_are_counted(self):
        four = [repaid(who) for who in ("借呗", "花呗", "网商贷", "微粒贷", "京东金条")]
        assert "BL_MANY_LENDERS" not in codes(*four)

    def test_products_of_one_group_are_several_where_few_are_counted(self):
        rows = [repaid(who, month) for month in range(3) for who in ("借呗", "网商贷")]
        assert "BL_FEW_LENDERS" not in codes(*rows)
        assert "BL_FEW_LENDERS" in codes(*(repaid("借呗", month) for month in range(3)))

    def test_a_repayment_to_nobody_known_leaves_open_how_few_they_are(self):
        rows = [repaid("借呗", month) for month in range(3)]
        assert "BL_FEW_LENDERS" not in codes(*rows, repaid("某银行消费贷"))

    def test_only_three_months_count(self):
        """Read with the months before, these would be three groups and two lenders more."""
        rows = [repaid("微粒贷"), *(repaid("借呗", month) for month in (5, 6, 7))]
        assert codes(*rows)["BL_FEW_LENDERS"].summary.zh.count("1 家")
