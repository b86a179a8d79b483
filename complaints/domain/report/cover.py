"""The first page: what this is, of whom, against whom, and how to see that it is unchanged."""

from complaints.domain.document import Block, cover
from complaints.domain.report.facts import ReportFacts
from complaints.domain.report.wording import day, licence

TITLES = {
    "limit": "信贷额度变动投诉报告",
    "line": "未申请额度投诉报告",
    "record": "征信记录异议报告",
    "data": "个人信息请求报告",
    "other": "金融消费投诉报告",
}
MASKED = "分享版。姓名、联系方式、合同编号，以及文中的证件号、手机号、卡号已遮住一部分。"
WHOLE = "完整版。含姓名、联系方式和没有涂黑的图片，只给必须看的人。"
SCAN = "扫码，或打开上面的网址，可以核对这份文件有没有被改过。页面不显示任何个人信息。"
HASH_PROVES = (
    "哈希只能证明文件从上传起、内容从立档起没有改过，不能证明内容属实，也不能证明更早的时间。"
)


def title(facts: ReportFacts) -> str:
    return TITLES.get(facts.case.topic, TITLES["other"])


def page(facts: ReportFacts) -> Block:
    """Receipt number and days first. The code of the verify page only where there is one."""
    case, verify = facts.case, facts.verify
    days = "、".join(day(change.on) for change in case.changes)
    rows = [
        ("受理编号", case.receipt_no),
        ("变动日期", days),
        ("立档日期", day(case.written_on)),
        ("截至日期", day(facts.made_on) if facts.made_on else ""),
        ("投诉人", case.name or "本人"),
        ("被投诉机构", f"{case.respondent}（{licence(case.licence)}）"),
        ("涉及产品", case.product.zh),
        ("核验码", verify.code if verify else ""),
        ("核验网址", verify.url if verify else ""),
    ]
    return cover(
        [row for row in rows if row[1]],
        version=MASKED if facts.is_masked else WHOLE,
        note=f"{SCAN if verify else ''}{HASH_PROVES}",
    )
