"""What the grades of the records mean, in words. A grade is about public evidence, never about
whether something happened to one person."""

from guidance.domain.records import Text

GRADE_WORDS = {
    "A1": Text("官方表态", "official statement"),
    "A2": Text("官方技术资料", "official technical material"),
    "B": Text("法规、监管文件", "law or regulator's document"),
    "C1": Text("媒体报道", "press report"),
    "C2": Text("间接的行业资料", "indirect industry material"),
    "D": Text("用户提问", "users' questions"),
    "E": Text("网络说法", "web pages without source"),
    "F": Text("本站推断", "our own inference"),
    "V": Text("法规原文", "text of the law, read in full"),
    "V2": Text("转述的资料", "second-hand material"),
}
UNCHECKED = Text("待核对", "still to be checked")
ORIGIN_WORDS = {
    "EV": Text("台账", "your ledger"),
    "TX": Text("通知原文", "the notice"),
    "DS": Text("App 页面", "the app's page"),
    "AN": Text("你的回答", "your answer"),
    "RP": Text("信用报告", "credit report"),
    "BL": Text("账单", "your bill"),
    "CR": Text("同期其他用户", "other users"),
}
WINDOW = Text("同期行业背景", "events of that time")


def grade_word(strength: str) -> Text:
    """官方表态, 媒体报道 … for the `strength` of a record; unknown ones are still to be checked."""
    return GRADE_WORDS.get(strength, UNCHECKED)


def origin_word(code: str) -> Text:
    """Where the clue of this signal code comes from; policy windows are EV_W and a number."""
    kind, _, rest = code.partition("_")
    if kind == "EV" and rest[:1] == "W" and rest[1:].isdigit():
        return WINDOW
    return ORIGIN_WORDS.get(kind, UNCHECKED)


def one_sentence(text: Text) -> tuple[Text, Text]:
    """The first sentence of a text, and what follows it, each in both languages."""
    (first_zh, rest_zh), (first_en, rest_en) = _split(text.zh, "。"), _split(text.en, ". ")
    return Text(first_zh, first_en), Text(rest_zh, rest_en)


def _split(text: str, stop: str) -> tuple[str, str]:
    first, found, rest = text.partition(stop)
    return f"{first}{found}".strip(), rest.strip()
