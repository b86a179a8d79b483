"""The full report of a case: one document that says all that is known, with its proof."""

from typing import Any

from complaints.domain.document import DocumentModel, heading, page_break
from complaints.domain.letter import disclaimer, sections
from complaints.domain.report import claims, cover, matter, proof, steps, summary, talk, timeline
from complaints.domain.report.facts import ReportFacts
from guidance.domain.records import Knowledge

__all__ = ["ReportFacts", "compose_report", "report_model"]


def compose_report(facts: ReportFacts, knowledge: Knowledge) -> DocumentModel:
    """Everything known of a case in one document, in Chinese.

    The sentences of ours pass the lint; what the person and the other side wrote stands as it is.
    """
    case, course = facts.case, facts.course
    return DocumentModel(
        title=cover.title(facts),
        subtitle=case.respondent,
        reference=case.receipt_no,
        made_on=(facts.made_on or case.written_on).isoformat(),
        language="zh",
        blocks=(
            cover.page(facts),
            heading("一页摘要"),
            *summary.page(facts, knowledge),
            page_break(),
            *sections(
                ("当事人", matter.parties(case)),
                ("经过", [*timeline.part(facts), *matter.account(case)]),
                ("额度变化", matter.curve(facts)),
                ("可能的原因", matter.causes(facts)),
                ("放款方之外没有人能知道的", matter.unknowable(case.changes)),
                ("请求和结果", claims.demands(case, course, knowledge)),
                ("法律依据", claims.bases(case, knowledge)),
                ("办理步骤和期限", steps.part(facts)),
                ("问了什么，答了什么", talk.asked_part(course.asked)),
                ("来往记录", talk.messages_part(course.messages)),
                ("证据目录", proof.index(facts.evidence)),
                ("证据图片", proof.annex(facts.pictures)),
                ("怎样核对这份报告", proof.checking(facts)),
            ),
            disclaimer(),
        ),
    )


def report_model(facts: ReportFacts, knowledge: Knowledge) -> dict[str, Any]:
    """The model as it is frozen: pictures by reference, and the code it can be checked under."""
    verify = facts.verify
    return {
        **compose_report(facts, knowledge).to_json(),
        "pictures": proof.references(facts.pictures),
        **({"verify": {"code": verify.code, "url": verify.url}} if verify else {}),
    }
