"""Bills: layouts, clues, what is kept of them and what is not."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from inputs.errors import InputError
from inputs.sheets import open_sheet
from limits.bills import LIMITS, findings_of, lender_names, read_uploaded, report_of, told
from limits.domain.bill_clues import Lender, findings
from limits.domain.bills import name_differs, read_bill
from limits.explaining import full_result
from limits.importers import purge
from limits.models import Assessment, Bill, Upload
from limits.services import accept_findings, forget_bill, start_bill
from tests.factories import log

FILES = Path(__file__).parent / "bills"
SAMPLE = FILES / "alipay-12-sample.csv"
CANARY = "孔乙己杂货"
ALIPAY_12 = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,"
ALIPAY_16 = (
    "交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,"
    "金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态,"
)
WECHAT = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
LENDERS = {
    "借呗": Lender("ant-cf", "ant"),
    "花呗": Lender("huabei", "ant"),
    "微粒贷": Lender("webank", "webank"),
    "京东金条": Lender("jd", "jd"),
    "有钱花": Lender("dxm", "dxm"),
}


def alipay_12(*rows, name="张三"):
    preamble = ["-" * 40, "导出信息：", f"姓名：{name}", "支付宝账户：z@example.org", "", ""]
    lines = [
        f"{on} 10:00:00 ,{kind}   ,{who}  ,/ ,{what}  ,{way} ,{amount} ,{method} ,交易成功 ,2026x1\t,T1\t, ,"
        for on, kind, who, what, way, amount, method in rows
    ]
    return "\r\n".join([*preamble, ALIPAY_12, *lines]).encode("gb18030")


def alipay_16(*rows):
    lines = [
        f"2026x1\t,T1\t,{on} 10:00:00,,,其他,{kind},{who},{what},{amount},{way},交易成功,0.00,0.00,,{method},"
        for on, kind, who, what, way, amount, method in rows
    ]
    head = ["支付宝交易记录明细查询", "账号:[z@example.org]", "---交易记录明细列表---", ALIPAY_16]
    return "\r\n".join(
        [
            *head,
            *lines,
            "-" * 60,
            "共1笔记录",
            "已支出:1笔,10.00元",
            "导出时间:[2026-10-05 11:11:11]    用户:张三",
        ]
    ).encode("gb18030")


def wechat_csv(*rows):
    lines = [
        f'{on} 10:00:00,{kind},{who},"{what}",{way},¥{amount},{method},支付成功,"1\t","2\t","/"'
        for on, kind, who, what, way, amount, method in rows
    ]
    return "\n".join(["微信支付账单明细", "微信昵称：[张三]", "", WECHAT, *lines]).encode(
        "utf-8-sig"
    )


def wechat_xlsx(*rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["微信支付账单明细"])
    sheet.append(["微信昵称：[张三]"])
    sheet.append(WECHAT.split(","))
    for on, kind, who, what, way, amount, method in rows:
        sheet.append(
            [
                f"{on} 10:00:00",
                kind,
                who,
                what,
                way,
                f"¥{amount}",
                method,
                "支付成功",
                "1",
                "2",
                "/",
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(
    on="2026-09-01",
    kind="日用百货",
    who=CANARY,
    what="酱油",
    way="支出",
    amount="10.00",
    method="余额",
):
    return (on, kind, who, what, way, amount, method)


def month(number, day=1):
    return f"2026-{number:02}-{day:02}"


SHOP = [
    row(month(3 + n % 4, 1 + n), "收钱码经营收款", f"顾客{n % 7}", "收款", "收入", "25.00")
    for n in range(14)
]
STOCK = [row(month(n), "商业服务", "1688批发", "货款", amount="900") for n in (3, 4, 5)]
REPAID = [row(month(n), "信用借还", "借呗", "借呗还款", "不计收支", "500") for n in (3, 4, 5)]
LATE = [row(month(5), "信用借还", "花呗", "花呗逾期利息", "支出", "3.20")]
MANY = [
    row(month(5, n + 1), "信用借还", who, f"{who}还款", "支出")
    for n, who in enumerate(["借呗", "微粒贷", "京东金条", "有钱花"])
]
ROUND = [
    part
    for n in (2, 12)
    for part in (
        row(month(4, n), "转账", "李四", "扫码", "支出", "2000", "花呗"),
        row(month(4, n + 2), "转账", "李四", "转账", "收入", "1980"),
    )
]


def codes(*rows):
    read = read_bill(open_sheet(alipay_12(*rows)).rows)
    return {found.code: found for found in findings(read.payments, LENDERS)}


@pytest.mark.usefixtures("known")
class TestLayouts:
    @pytest.mark.parametrize(
        ("made", "layout"),
        [
            (alipay_12(row()), "alipay-12"),
            (alipay_12(row()).decode("gb18030").encode(), "alipay-12"),
            (alipay_16(row()), "alipay-16"),
            (wechat_csv(row()), "wechat"),
            (wechat_xlsx(row()), "wechat"),
        ],
        ids=["alipay-12", "alipay-12 in UTF-8", "alipay-16", "wechat csv", "wechat xlsx"],
    )
    def test_every_layout_reads_the_same_payment(self, made, layout):
        read = read_bill(open_sheet(made).rows)
        assert read.layout == layout
        (paid,) = read.payments
        assert (paid.on, paid.direction, paid.amount_fen) == (dt.date(2026, 9, 1), "out", 1000)
        assert (paid.who, paid.what, read.unreadable) == (CANARY, "酱油", {})

    @pytest.mark.parametrize(
        ("name", "layout", "holder"),
        [
            ("alipay-12.csv", "alipay-12", "测试员"),
            ("alipay-16.csv", "alipay-16", "测试员"),
            ("wechat.csv", "wechat", ""),
            ("wechat.xlsx", "wechat", ""),
        ],
    )
    def test_a_whole_file_of_each_layout_tells_the_same(self, name, layout, holder):
        read, found = told((FILES / name).read_bytes())
        assert (read.layout, read.holder, read.stated) == (layout, holder, 6)
        assert (read.void, read.unreadable) == (1, {})
        assert [(paid.on.day, paid.direction, paid.amount_fen) for paid in read.payments] == [
            (2, "out", 1_250),
            (5, "neutral", 120_340),
            (5, "neutral", 98_000),
            (5, "neutral", 101_010),
            (9, "in", 20_000),
        ]
        lends = ["BL_REPAY_REGULAR", "BL_FEW_LENDERS"] if layout != "wechat" else []
        assert [one.code for one in found] == lends

    def test_the_real_sample_is_read_to_its_last_row(self):
        """Apache-2.0, github.com/deb-sig/double-entry-generator, example/alipay."""
        read = read_bill(open_sheet(SAMPLE.read_bytes()).rows)
        assert (read.layout, len(read.payments), read.void, read.unreadable) == (
            "alipay-12",
            6,
            4,
            {},
        )
        assert read.stated == 66
        assert sum(paid.direction == "in" for paid in read.payments) == 1

    def test_the_name_in_the_preamble_is_found(self):
        assert read_bill(open_sheet(alipay_12(row(), name="*三")).rows).holder == "*三"
        assert read_bill(open_sheet(alipay_16(row())).rows).holder == "张三"

    def test_a_nickname_is_no_name(self):
        assert read_bill(open_sheet(wechat_csv(row())).rows).holder == ""

    def test_a_row_that_cannot_be_read_is_counted_not_dropped(self):
        read = read_bill(
            open_sheet(alipay_12(row(), row(on="2026-13-01"), row(amount="很多"))).rows
        )
        assert (len(read.payments), read.unreadable) == (1, {"day": 1, "amount": 1})

    def test_a_comma_in_an_unquoted_name_moves_no_amount(self):
        """Of the older layout the amount comes first: half of “套餐,12” would pass for it."""
        read = read_bill(open_sheet(alipay_16(row(), row(what="套餐,12"))).rows)
        assert (len(read.payments), read.unreadable) == (1, {"direction": 1})

    def test_a_file_cut_inside_a_row_counts_that_row(self):
        whole = alipay_12(row(), row(amount="123.45"))
        cut = whole[: whole.rindex(b"123.45") + 3]
        read = read_bill(open_sheet(cut).rows)
        assert (len(read.payments), read.unreadable) == (1, {"direction": 1})
        shorter = whole[: whole.rindex("日用百货".encode("gb18030")) + 8]
        assert read_bill(open_sheet(shorter).rows).unreadable == {"direction": 1}

    @pytest.mark.parametrize(("back", "left"), [("0.00", 1000), ("4.00", 600), ("10.00", None)])
    def test_what_came_back_is_taken_off(self, back, left):
        data = alipay_16(row(), row(amount="10.00")).decode("gb18030")
        first, _, rest = data.partition(",交易成功,0.00,0.00,")
        read = read_bill(open_sheet(f"{first},交易成功,0.00,{back},{rest}".encode()).rows)
        assert [paid.amount_fen for paid in read.payments] == [left, 1000][left is None :]

    def test_columns_go_by_name_in_any_order_and_an_english_comma_in_sums(self):
        head = "收/支,交易对方,商品说明,收/付款方式,金额,交易状态,交易分类,交易时间,"
        data = f'{head}\n支出,店,酱油,花呗,"1,000.00",交易成功,日用百货,2023/2/12 21:32,\n'
        (paid,) = read_bill(open_sheet(data.encode()).rows).payments
        assert (paid.on, paid.amount_fen, paid.method) == (dt.date(2023, 2, 12), 100_000, "花呗")

    def test_a_bill_as_the_apps_send_it_says_how_to_unpack_it(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("alipay.csv", alipay_12(row()))
        locked = packed.getvalue().replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
        )
        assert locked != packed.getvalue()
        with pytest.raises(InputError) as refused:
            told(locked)
        assert "先用它们给的密码解压" in str(refused.value)

    @pytest.mark.parametrize("status", ["交易关闭", "退款成功", "还款失败"])
    def test_what_was_never_paid_counts_for_nothing(self, status):
        data = alipay_12(row()).decode("gb18030").replace("交易成功", status) + "\r\n"
        data += "2026-09-02 10:00:00,日用百货,x,/,y,支出,1.00,余额,交易成功,1,1,,"
        assert read_bill(open_sheet(data.encode()).rows).void == 1

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"a,b,c\n1,2,3", "unknown_layout"),
            (alipay_12(), "empty"),
            (alipay_12(row(on="昨天")), "unreadable"),
            (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "picture"),
        ],
        ids=["other table", "no rows", "nothing readable", "screenshot"],
    )
    def test_a_refusal_says_what_to_do(self, data, code):
        with pytest.raises(InputError) as refused:
            read_bill(open_sheet(data).rows)
        assert refused.value.code == code
        assert len(str(refused.value)) > 10

    @pytest.mark.parametrize(
        ("holder", "own", "differs"),
        [
            ("张三", "张三", False),
            ("*三", "张三", False),
            ("张*", "李四", True),
            ("欧阳*", "张三", True),
            ("", "张三", False),
            ("xx", "张三", False),
            ("张三", "", False),
        ],
    )
    def test_somebody_elses_name_is_noticed(self, holder, own, differs):
        assert name_differs(holder, own) is differs


class TestClues:
    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            (SHOP, "BL_MERCHANT_RECEIPTS"),
            (STOCK, "BL_BUSINESS_SPEND"),
            (REPAID, "BL_REPAY_REGULAR"),
            (REPAID, "BL_FEW_LENDERS"),
            (LATE, "BL_REPAY_LATE"),
            (MANY, "BL_MANY_LENDERS"),
            (ROUND, "BL_CASHOUT_LIKE"),
        ],
    )
    def test_each_clue_is_found_with_its_lines(self, rows, code):
        found = codes(*rows)[code]
        assert found.lines
        assert all(line.why.zh and line.amount_fen for line in found.lines)

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            (SHOP[:9], "BL_MERCHANT_RECEIPTS"),
            (
                [
                    row(month(3 + n % 4), "收钱码经营收款", "同一人", "收款", "收入")
                    for n in range(14)
                ],
                "BL_MERCHANT_RECEIPTS",
            ),
            (
                [
                    row(month(3, 1 + n), "收钱码经营收款", f"顾客{n}", "收款", "收入")
                    for n in range(14)
                ],
                "BL_MERCHANT_RECEIPTS",
            ),
            (STOCK[:2], "BL_BUSINESS_SPEND"),
            (REPAID[:2], "BL_REPAY_REGULAR"),
            ([*REPAID, *LATE], "BL_REPAY_REGULAR"),
            (MANY[:3], "BL_MANY_LENDERS"),
            (ROUND[:2], "BL_CASHOUT_LIKE"),
            ([part[:5] + ("100", *part[6:]) for part in ROUND], "BL_CASHOUT_LIKE"),
            ([part[:6] + ("余额",) for part in ROUND], "BL_CASHOUT_LIKE"),
            (
                [row(month(n), "信用借还", "某银行", "信用卡还款") for n in (3, 4, 5)],
                "BL_FEW_LENDERS",
            ),
        ],
        ids=[
            "nine",
            "one payer",
            "one month",
            "two",
            "two months",
            "late beside",
            "three lenders",
            "once",
            "small sums",
            "own money",
            "a credit card",
        ],
    )
    def test_an_ordinary_bill_gives_no_clue(self, rows, code):
        assert code not in codes(*rows)

    def test_the_longest_name_tells_the_lender(self):
        rows = [row(month(n), "信用借还", "招联好期贷", "还款") for n in (3, 4, 5)]
        read = read_bill(open_sheet(alipay_12(*rows)).rows)
        found = findings(
            read.payments,
            {"好期": Lender("a", "a"), "招联好期贷": Lender("b", "b"), "招联": Lender("c", "c")},
        )
        assert [one.code for one in found] == ["BL_REPAY_REGULAR", "BL_FEW_LENDERS"]

    def test_no_name_reaches_a_finding(self):
        for found in codes(*SHOP, *STOCK, *REPAID, *ROUND).values():
            text = f"{found.summary} {found.lines}"
            assert not any(name in text for name in ("顾客", "李四", "1688", "借呗"))

    def test_every_code_is_a_reviewed_record(self, known):
        held = {code for code in known.signals if code.startswith("BL_")}
        assert {
            *codes(*SHOP, *STOCK, *REPAID, *MANY, *ROUND),
            *codes(*LATE),
            *codes(*REPAID),
        } == held

    def test_the_known_names_find_the_known_lenders(self, known):
        names = lender_names(known)
        assert names["借呗"].own == known.products["jiebei"].own_lender
        assert "其他" not in names


@pytest.mark.django_db
class TestKept:
    def test_what_is_found_is_kept_and_the_bill_is_gone(self, person, known, run_jobs, caplog):
        bill = start_bill(owner=person, data=alipay_12(*SHOP, *ROUND, row()))
        run_jobs()
        bill.refresh_from_db()
        assert bill.state == "checked"
        assert (bill.first_on, bill.last_on) == (dt.date(2026, 3, 1), dt.date(2026, 9, 1))
        assert [found["code"] for found in findings_of(bill)] == [
            "BL_MERCHANT_RECEIPTS",
            "BL_CASHOUT_LIKE",
        ]
        assert not Upload.objects.exists()
        for canary in (CANARY, "李四", "顾客", "酱油"):
            assert canary not in caplog.text
            assert not _everywhere(canary)

    def test_the_file_lies_sealed_until_it_is_read(self, person, known):
        start_bill(owner=person, data=alipay_12(row()))
        assert not _everywhere(CANARY)
        assert CANARY.encode("gb18030") not in bytes(Upload.objects.get().sealed)

    def test_only_accepted_clues_count_and_the_sensitive_one_stays_sealed(
        self, person, known, run_jobs
    ):
        change = log(person, effective_on=dt.date(2026, 9, 2))
        bill = start_bill(owner=person, data=alipay_12(*SHOP, *ROUND, row()))
        run_jobs()
        assert not _clues(change) & {"BL_MERCHANT_RECEIPTS", "BL_CASHOUT_LIKE"}
        bill.refresh_from_db()
        accept_findings(bill=bill, codes=["BL_MERCHANT_RECEIPTS", "BL_CASHOUT_LIKE"])
        run_jobs()
        newest = Assessment.objects.filter(change=change).newest().first()
        assert "BL_MERCHANT_RECEIPTS" in json.dumps(newest.result)
        assert "BL_CASHOUT_LIKE" not in json.dumps([newest.result, newest.inputs])
        assert "BL_CASHOUT_LIKE" in json.dumps(full_result(newest))

    def test_a_forgotten_bill_counts_no_more(self, person, known, run_jobs):
        change = log(person, effective_on=dt.date(2026, 9, 2))
        bill = start_bill(owner=person, data=alipay_12(*SHOP, row()))
        run_jobs()
        bill.refresh_from_db()
        accept_findings(bill=bill, codes=["BL_MERCHANT_RECEIPTS"])
        run_jobs()
        assert "BL_MERCHANT_RECEIPTS" in _clues(change)
        forget_bill(bill=bill)
        run_jobs()
        assert "BL_MERCHANT_RECEIPTS" not in _clues(change)
        assert not Bill.objects.exists()

    def test_which_clues_were_accepted_cannot_be_read_in_the_database(
        self, person, known, run_jobs
    ):
        bill = start_bill(owner=person, data=alipay_12(*ROUND))
        run_jobs()
        bill.refresh_from_db()
        accept_findings(bill=bill, codes=["BL_CASHOUT_LIKE"])
        run_jobs()
        assert Bill.objects.accepted_codes(person.pk, dt.date(2026, 5, 1)) == {"BL_CASHOUT_LIKE"}
        assert not {"Bill", "Job", "Assessment"} & set(_everywhere("BL_CASHOUT_LIKE"))

    def test_how_many_rows_did_not_count_is_kept_with_the_reason(self, person, known, run_jobs):
        bill = start_bill(owner=person, data=alipay_12(row(), row(on="昨天")))
        run_jobs()
        bill.refresh_from_db()
        assert (bill.rows_read, bill.rows_skipped) == (1, 1)
        assert report_of(bill)["unreadable"] == {"day": 1}

    def test_reading_twice_stores_once(self, person, known, run_jobs):
        bill = start_bill(owner=person, data=alipay_12(*SHOP))
        run_jobs()
        bill.refresh_from_db()
        accept_findings(bill=bill, codes=["BL_MERCHANT_RECEIPTS"])
        assert read_uploaded(str(bill.public_id), lambda *_: None) is None
        bill.refresh_from_db()
        assert bill.accepted == ["BL_MERCHANT_RECEIPTS"]

    def test_a_clue_the_bill_does_not_hold_is_refused(self, person, known, run_jobs):
        bill = start_bill(owner=person, data=alipay_12(row()))
        run_jobs()
        bill.refresh_from_db()
        with pytest.raises(ValidationError):
            accept_findings(bill=bill, codes=["BL_MERCHANT_RECEIPTS"])

    def test_a_refused_file_is_deleted_and_says_why(self, person, known, run_jobs):
        bill = start_bill(owner=person, data=b"a,b\n1,2\n")
        run_jobs()
        bill.refresh_from_db()
        assert (bill.state, bill.refusal["code"]) == ("refused", "unknown_layout")
        assert not Upload.objects.exists()

    def test_a_file_nobody_read_goes_after_a_day(self, person, known):
        bill = start_bill(owner=person, data=alipay_12(row()))
        purge()
        assert Upload.objects.exists()
        long_ago = bill.created_at - dt.timedelta(days=2)
        Bill.objects.update(created_at=long_ago)
        Upload.objects.update(created_at=long_ago)
        purge()
        bill.refresh_from_db()
        assert (bill.state, bill.refusal["code"]) == ("refused", "expired")
        assert not Upload.objects.exists()


@pytest.mark.django_db
class TestPages:
    def send(self, client, data, **more):
        given = {"bill": SimpleUploadedFile("账单.csv", data), "own": "on", **more}
        return client.post("/bills/", given)

    def test_from_upload_to_accepted(self, client, person, known, run_jobs):
        client.force_login(person)
        where = self.send(client, alipay_12(*SHOP, *ROUND, row()))["Location"]
        assert "读取账单" in client.get(where).content.decode()
        run_jobs()
        text = client.get(where).content.decode()
        assert "14 笔写着收款码或商家收款" in text
        assert "这条比较敏感" in text
        assert "checked" not in text
        client.post(where, {"code": ["BL_MERCHANT_RECEIPTS"]})
        assert Bill.objects.get().accepted == ["BL_MERCHANT_RECEIPTS"]
        assert text.count('type="checkbox"') == 2
        client.post(f"{where}forget/")
        assert not Bill.objects.exists()

    def test_an_empty_result_says_that_it_is_common(self, client, person, known, run_jobs):
        client.force_login(person)
        where = self.send(client, alipay_12(row()))["Location"]
        run_jobs()
        assert "没有找到和额度有关的线索" in client.get(where).content.decode()

    @pytest.mark.parametrize(
        ("data", "own", "said"),
        [
            (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "on", "截图"),
            (b"", "on", "空的"),
            (b"a,b\n1,2", "", "请先勾选确认"),
        ],
        ids=["screenshot", "empty", "not own"],
    )
    def test_a_refusal_stands_on_the_page(self, client, person, known, data, own, said):
        client.force_login(person)
        answer = self.send(client, data, own=own)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Upload.objects.exists()

    def test_a_huge_body_is_refused_before_it_is_read(self, client, person, known):
        client.force_login(person)
        answer = self.send(client, b"x" * (LIMITS.max_bytes + 2**17))
        assert answer.status_code == 413
        assert "20 MB" in answer.content.decode()
        assert not Upload.objects.exists()

    def test_an_archive_says_how_to_open_it(self, client, person, known, run_jobs):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("alipay.csv", alipay_12(row()))
        client.force_login(person)
        where = self.send(client, packed.getvalue())["Location"]
        run_jobs()
        assert "先用它们给的密码解压" in client.get(where).content.decode()

    def test_a_bill_of_another_is_not_found(self, client, other, person, known):
        bill = start_bill(owner=person, data=alipay_12(row()))
        client.force_login(other)
        for path in ("", "progress/", "forget/"):
            assert client.post(f"/bills/{bill.public_id}/{path}").status_code in (404, 405)
            assert client.get(f"/bills/{bill.public_id}/{path}").status_code in (404, 405)


def _clues(change):
    newest = Assessment.objects.filter(change=change).newest().first()
    return {
        item["signal"]
        for cause in full_result(newest)["causes"]
        for item in (*cause["supporting"], *cause["opposing"])
    }


def _everywhere(canary):
    """Models that hold the text in any text, JSON or binary column."""
    found = []
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(
                field, models.CharField | models.TextField | models.JSONField | models.BinaryField
            )
        ]
        for values in model.objects.values_list(*names) if names else ():
            text = " ".join(
                bytes(value).decode("utf-8", "ignore")
                if isinstance(value, bytes | memoryview)
                else json.dumps(value, ensure_ascii=False, default=str)
                for value in values
            )
            if canary in text:
                found.append(model.__name__)
    return found
