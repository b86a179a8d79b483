"""Notices in words. A sentence is made of kind, stage and data alone: days and a receipt number.

What stands here also goes into e-mails, which pass through other companies' servers: nothing of
the lender, the amounts or the person's words.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import NoticeKind
from accounts.models import Notice


@dataclass(frozen=True, slots=True)
class Wording:
    title: str
    text: str


# (kind, stage without its day): title and text.
SENTENCES: dict[tuple[str, str], tuple[str, str]] = {
    (NoticeKind.DEADLINE, "before"): (
        gettext_noop("%(on)s 是对方答复的期限（%(receipt_no)s）"),
        gettext_noop(
            "到这一天还没有答复，就打开案件看下一步。已经收到答复的，登记一下就不再提醒。"
        ),
    ),
    (NoticeKind.DEADLINE, "on"): (
        gettext_noop("今天 %(on)s 是对方答复的期限（%(receipt_no)s）"),
        gettext_noop("已经收到答复的，请登记。没有收到，明天起可以催办，或者走下一步。"),
    ),
    (NoticeKind.DEADLINE, "after"): (
        gettext_noop("%(on)s 的答复期限已过（%(receipt_no)s）"),
        gettext_noop("还没有登记答复。收到了请登记；没有收到，案件页有催办信和下一步。"),
    ),
    (NoticeKind.DEADLINE, "final"): (
        gettext_noop("%(on)s 的答复期限已过一周（%(receipt_no)s）"),
        gettext_noop("这个期限只再提醒这一次。可以走下一步，也可以登记“不再等”。"),
    ),
    (NoticeKind.DEADLINE, "unsent"): (
        gettext_noop("信寄出了吗？（%(receipt_no)s）"),
        gettext_noop("立档三天了，还没有登记寄出。寄出后登记日期，对方收到那天起才开始算期限。"),
    ),
    (NoticeKind.CLOCK_MOVED, "moved"): (
        gettext_noop("答复期限改为 %(to)s（%(receipt_no)s）"),
        gettext_noop("原来算的是 %(before)s。放假安排公布以后重新计算过，算法在案件页。"),
    ),
    (NoticeKind.FOLLOW_UP, "ask"): (
        gettext_noop("后来怎么样了？（%(receipt_no)s）"),
        gettext_noop("点一下就能回答：额度恢复了没有，有没有说明理由。"),
    ),
    (NoticeKind.DRAFT, "expires"): (
        gettext_noop("一份投诉草稿 %(on)s 到期"),
        gettext_noop("要用的话，到期前打开保存一次，就能再留半年。"),
    ),
    (NoticeKind.PLAN, "soon"): (
        gettext_noop("计划里有一件事 %(on)s 到期"),
        gettext_noop("打开看怎么做。做完了、改天做、不适合，点一下就不再提醒。"),
    ),
    (NoticeKind.PLAN, "over"): (
        gettext_noop("计划里有一件事的日子是 %(on)s"),
        gettext_noop("现在做也来得及的就接着做；也可以改天，或者移走。只再提醒这一次。"),
    ),
    (NoticeKind.PLAN, "later"): (
        gettext_noop("计划里有一件事，约好 %(on)s 再提醒"),
        gettext_noop("打开看怎么做，也可以再往后放。"),
    ),
    (NoticeKind.PAYMENT, "before"): (
        gettext_noop("%(on)s 是还款日（%(count)s 笔）"),
        gettext_noop("金额和日子以放款机构的账单为准。已经还了，更新一下借款就不再提醒。"),
    ),
    (NoticeKind.RECORD, "free"): (
        gettext_noop("%(on)s 起，又可以免费取两次信用报告"),
        gettext_noop("一年两次（征信业管理条例第17条）。取了以后记进来，就能和去年的比。"),
    ),
    (NoticeKind.RECORD, "gone"): (
        gettext_noop("一条旧记录的保存期到 %(on)s 为止，已经过了"),
        gettext_noop("取一份新的信用报告核对。还在的话，可以提异议，要求删除。"),
    ),
}
# How certain a day is; a firm one needs no words.
SURENESS = {
    "provisional": gettext_noop("这一天是暂定的，可能再变。"),
    "soft": gettext_noop("这一天只是参考标准，不是法定期限。"),
    "extended": gettext_noop("这一天是对方告知延长后的。"),
}


def wording(notice: Notice) -> Wording:
    """In the active language; a stage nobody knows gets the name of its kind."""
    stage = notice.stage.partition(":")[0]
    title, text = SENTENCES.get((notice.kind, stage), ("", ""))
    if not title:
        return Wording(str(NoticeKind(notice.kind).label), "")
    values = _Values(notice.data)
    sure = SURENESS.get(str(notice.data.get("certainty", "")), "")
    words = [_(text) % values, _(sure) if sure else ""]
    return Wording(_(title) % values, " ".join(filter(None, words)))


class _Values(dict[str, Any]):
    """A row of an earlier release may lack a value: better a dash than no page."""

    def __missing__(self, key: str) -> str:
        return "—"
