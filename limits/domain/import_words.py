"""Words people write in a table of changes, and what each of them means. Pure."""

import re
import unicodedata
from collections.abc import Mapping

KINDS: Mapping[str, tuple[str, ...]] = {
    "limit": (
        "额度变了",
        "额度变动",
        "调整",
        "下降",
        "降额",
        "上升",
        "提额",
        "limit",
        "limit changed",
    ),
    "freeze": ("被冻结或暂停使用", "冻结", "被冻结", "暂停", "暂停使用", "freeze", "frozen"),
    "unfreeze": ("恢复使用", "恢复", "解冻", "unfreeze"),
    "close": ("额度关闭", "关闭", "被关闭", "close", "closed"),
    "reopen": ("重新开通", "重开", "开通", "reopen"),
    "brand": ("产品改了名字", "改名", "brand"),
    "lender": ("放款机构变了", "换机构", "换放款机构", "lender"),
}
HOW: Mapping[str, tuple[str, ...]] = {
    "not": (
        "没有通知，自己发现的",
        "没有通知",
        "自己发现",
        "自己发现的",
        "无",
        "not",
        "none",
        "no notice",
    ),
    "sms": ("短信", "sms", "text", "text message"),
    "in-app": (
        "App 消息或弹窗",
        "App 消息",
        "app",
        "弹窗",
        "站内信",
        "消息",
        "in-app",
        "in-app message",
    ),
    "phone": ("电话", "phone", "phone call", "call"),
    "letter": ("邮件或书面", "邮件", "书面", "letter", "email", "mail"),
    "unknown": ("记不清", "不清楚", "不知道", "unknown"),
}
CHINESE_MONEY = frozenset({"", "人民币", "元", "cny", "rmb", "人民币元", "yuan"})

FOREIGN_MONEY = re.compile(
    r"[$€£₩฿₽]|港[币元纸]|美[元金刀]|欧元|英镑|日[元圆]|韩[元币]|台币|澳门[元币]|澳[元币]|加元|新加坡元"
    r"|比特币|(?<![a-z])(?:usdt?|hkd|eur|gbp|jpy|krw|twd|ntd|mop|aud|cad|sgd)(?![a-z])",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NO_WORD = re.compile(r"[\W_]+")


def plain_name(text: str) -> str:
    """“ 变动前 额度（元）” → "变动前额度": what two spellings of one name have in common."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub("", _IN_BRACKETS.sub("", text))


def folded(text: str) -> str:
    """One spelling of a name: widths, cases and spaces do not count, brackets do."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _by_word(words: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    return {plain_name(word): slug for slug, group in words.items() for word in group}


KIND_OF, HOW_OF = _by_word(KINDS), _by_word(HOW)
