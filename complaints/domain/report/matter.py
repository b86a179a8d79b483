"""The case itself: who against whom, the person's own account, the limit over time, the causes."""

from collections.abc import Sequence

from complaints.domain.document import Block, bullets, chart, pairs, paragraph, table
from complaints.domain.letters.facts import CaseFacts
from complaints.domain.report.facts import CauseFact, ReportFacts
from complaints.domain.report.wording import NOTHING, licence
from inputs.money import format_yuan

BANDS = {
    "stated": "放款方已说明",
    "documented": "有文件可核",
    "likely": "较可能",
    "possible": "有可能",
    "weak": "线索太少",
    "unsupported": "不支持",
    "ruled-out": "与记录矛盾",
}
SHOWN_CAUSES = 8
INFERENCES = (
    "以下按线索多少排列，是根据公开材料和本人记录作出的推断，不能代替放款方的书面说明。"
    "同一次变动可能有不止一个原因。"
)
# What only the lender knows stands in every report, next to the inferences.
UNKNOWABLE = (
    "模型分数是多少，门槛在哪里",
    "命中了哪一条规则，各项数据占多大权重",
    "有没有人工参与",
    "下一次评估在什么时候",
    "客群标签是怎么得出的",
    "不同放款方之间有没有共享评估结果",
)
ASK_THE_LENDER = "这些只能由放款方说明。收到书面说明之前，任何人给出的确切原因都只是猜测。"


def parties(case: CaseFacts) -> list[Block]:
    rows = [
        ("投诉人", case.name),
        ("联系方式", case.contact),
        ("被投诉机构", case.respondent),
        ("机构类型", licence(case.licence)),
        ("涉及产品", case.product.zh),
        ("合同编号", case.contract_no),
    ]
    return [pairs(rows)]


def account(case: CaseFacts) -> list[Block]:
    """What the person says himself; nothing of it is ours."""
    told = (("要更正或请求的内容", case.matter), ("本人陈述", case.story), ("影响", case.effect))
    return [paragraph(f"{label}：{text}") for label, text in told if text]


def curve(facts: ReportFacts) -> list[Block]:
    """The curve, and the numbers it is drawn from."""
    if not facts.series:
        return []
    series = [(on.isoformat(), before, after) for on, before, after in facts.series]
    rows = [[on, format_yuan(before), format_yuan(after)] for on, before, after in series]
    return [
        chart(series, f"{facts.case.product.zh}额度的变化（元）"),
        table(["日期", "变动前（元）", "变动后（元）"], rows, [1, 2], [0, 0, 0]),
    ]


def causes(facts: ReportFacts) -> list[Block]:
    """For and against, as shown when the case was filed. Where no limit changed there is none."""
    if not facts.case.changes:
        return []
    if not facts.causes:
        return [paragraph("立档时还没有做过原因评估。")]
    rows = [_cause(cause) for cause in facts.causes[:SHOWN_CAUSES]]
    columns = ["可能原因", "线索", "支持", "不支持"]
    return [paragraph(INFERENCES), table(columns, rows, [], [3, 0, 5, 5])]


def _cause(cause: CauseFact) -> list[str]:
    supporting, opposing = (
        "\n".join(f"· {text.zh}" for text in texts) or NOTHING
        for texts in (cause.supporting, cause.opposing)
    )
    return [cause.title.zh, BANDS[cause.band], supporting, opposing]


def unknowable(changes: Sequence[object]) -> list[Block]:
    return [bullets(UNKNOWABLE), paragraph(ASK_THE_LENDER)] if changes else []
