"""Bills, read and searched for clues as the worker does it, without storing anything."""

import os
import statistics
import sys
import time
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from bench.rounds import head, line  # noqa: E402
from inputs.exports import xlsx_file  # noqa: E402
from limits.bills import told  # noqa: E402

ROWS, ROUNDS = 20_000, 3
GOAL, GOAL_XLSX = 20_000, 5_000
FIRST = date(2025, 11, 1)
ALIPAY = (
    "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,"
    "交易订单号,商家订单号,备注,"
)
WECHAT = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
KINDS = (
    ("日用百货", "超市", "支出", "零钱", "支付成功"),
    ("信用借还", "花呗", "不计收支", "余额宝", "还款成功"),
    ("经营收款", "顾客", "收入", "余额", "交易成功"),
    ("转账", "朋友", "支出", "花呗", "交易成功"),
)


def payment(number: int) -> tuple[str, ...]:
    """One of four kinds: a purchase, a repayment, a receipt, a transfer on credit."""
    kind, who, way, method, status = KINDS[number % len(KINDS)]
    moment = f"{FIRST + timedelta(days=number % 365)} 10:{number % 60:02}:00"
    return moment, kind, f"{who}{number % 500}", way, f"{number % 3_000}.50", method, status


def alipay() -> bytes:
    rows = (
        f"{on} ,{kind}   ,{who}  ,/ ,{kind}还款 ,{way} ,{amount} ,{method} ,{status} ,"
        f"2{n}\t,T{n}\t, ,"
        for n, (on, kind, who, way, amount, method, status) in enumerate(map(payment, range(ROWS)))
    )
    return "\r\n".join(["支付宝账单", "姓名：*某", ALIPAY, *rows]).encode("gb18030")


def wechat() -> list[tuple[str, ...]]:
    rows = [
        (on, kind, who, kind, way, f"¥{amount}", method, status, f"4{n}", f"1{n}", "/")
        for n, (on, kind, who, way, amount, method, status) in enumerate(map(payment, range(ROWS)))
    ]
    return [("微信支付账单明细",), tuple(WECHAT.split(",")), *rows]


def rows_a_second(data: bytes) -> float:
    """Of the worker's own processor time: what else the machine does must not count."""
    figures = []
    for _round in range(ROUNDS):
        started = time.process_time()
        read, _found = told(data)
        figures.append((len(read.payments) + read.void) / (time.process_time() - started))
    return statistics.median(figures)


def main() -> None:
    head(f"bills, rows a second, {ROWS:,} rows")
    table = wechat()
    text = "\n".join(",".join(row) for row in table).encode()
    for name, data, goal in (
        ("Alipay, CSV, GB18030", alipay(), GOAL),
        ("WeChat Pay, CSV, UTF-8", text, GOAL),
        ("WeChat Pay, XLSX", xlsx_file({"1": table}), GOAL_XLSX),
    ):
        figure = rows_a_second(data)
        line(f"{name}, {len(data) // 1024:,} KiB", figure, f">= {goal}", figure >= goal)


if __name__ == "__main__":
    sys.exit(main())
