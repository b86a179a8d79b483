"""What is asked, what came of it, and the checked legal bases."""

from complaints.domain.bases import binding, cited, grounds_for
from complaints.domain.document import Block, numbered, paragraph, table
from complaints.domain.letters.facts import CaseFacts
from complaints.domain.report.facts import Course
from guidance.domain.records import Knowledge


def demands(case: CaseFacts, course: Course, knowledge: Knowledge) -> list[Block]:
    """In the words of the letter; then each with its result, where the person has said one."""
    asked = [
        knowledge.demands[slug].letter.zh for slug in case.demands if slug in knowledge.demands
    ]
    blocks = [numbered([*asked, *([case.wish] if case.wish else [])])]
    if course.demands:
        rows = [list(row) for row in course.demands]
        blocks.append(table(["请求", "结果（本人判断）"], rows, [], [3, 1]))
    return blocks


def bases(case: CaseFacts, knowledge: Knowledge) -> list[Block]:
    rows = [
        [ground.title.zh, cited(found).replace("；", "\n")]
        for ground in grounds_for(case.demands, knowledge)
        if (found := binding(ground, case.licence))
    ]
    if not rows:
        return [paragraph("没有可以引用的已核对条文。")]
    return [table(["为了什么", "条文（只列逐条核对过原文的）"], rows, [], [2, 5])]
