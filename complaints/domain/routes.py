"""Who supervises a kind of institution, and to whom a complaint about it goes, in order. Pure.

三部门《关于金融消费者权益保护相关工作安排的公告》(2024-06-28): banks and consumer finance
companies → 国家金融监督管理总局 (12378); payment institutions and credit bureaus → 中国人民银行
(12363). 小额贷款公司监督管理暂行办法第六条: the provincial authority. 个人信息保护法第六十五条:
data.
"""

from dataclasses import dataclass

from complaints.domain.bases import concerns
from guidance.domain.records import Channel, Knowledge, Rule, Text

NFRA, PBOC = "nfra", "pboc"
SAMR = "C13"

LADDERS: dict[str, tuple[str, ...]] = {
    "bank": ("C01", "C02", "C05", "C04", "C15", "C17"),
    "consumer_finance": ("C01", "C02", "C05", "C04", "C15", "C17"),
    "payment_institution": ("C01", "C02", "C08", "C15", "C17"),
    "credit_bureau": ("C09", "C08", "C10", "C17"),
    "micro_loan": ("C01", "C02", "C11", "C12", "C15", "C17"),
    # The announcement speaks of 银行业金融机构（含消费金融公司等非银机构）.
    "trust": ("C01", "C05", "C17"),
    "auto_finance": ("C01", "C05", "C17"),
    "insurer": ("C01", "C05", "C17"),
    "guarantee": ("C01", "C12", "C17"),
    "leasing": ("C01", "C12", "C17"),
    "platform_assist": ("C01", "C14", "C12", "C17"),
    "unknown": ("C01", "C12", "C17"),
}
TITLES = {
    "bank": Text("银行", "Bank"),
    "consumer_finance": Text("消费金融公司", "Consumer finance company"),
    "payment_institution": Text("支付机构", "Payment institution"),
    "credit_bureau": Text("征信机构", "Credit bureau"),
    "micro_loan": Text("小额贷款公司", "Micro-loan company"),
    "trust": Text("信托公司", "Trust company"),
    "auto_finance": Text("汽车金融公司", "Auto finance company"),
    "insurer": Text("保险公司", "Insurer"),
    "guarantee": Text("担保公司", "Guarantee company"),
    "leasing": Text("租赁或保理公司", "Leasing or factoring company"),
    "platform_assist": Text("平台、助贷、科技公司", "Platform or technology company"),
    "unknown": Text("看不出", "Unclear"),
}
BY_TOPIC = {"data": ("C01", "C14", "C17"), "record": ("C09", "C10", "C17")}
SUPERVISED_BY_NFRA = frozenset({"bank", "consumer_finance", "trust", "auto_finance", "insurer"})
SUPERVISED_BY_PBOC = frozenset({"payment_institution", "credit_bureau"})
# Licences of which the channels do not speak by name; what they say holds for them by analogy.
BY_ANALOGY = {
    "trust": "bank",
    "auto_finance": "bank",
    "insurer": "bank",
    "guarantee": "micro_loan",
    "leasing": "micro_loan",
}
LOCAL = {"重庆": "local-fin-chongqing", "深圳": "local-fin-shenzhen"}
PROVINCE = Text(
    "公司注册地的省级地方金融管理局", "The provincial financial authority where it is registered"
)
LOCAL_GUESS = Text(
    "多半是注册地的地方金融管理部门（条文尚未核对）",
    "Probably the local financial authority where it is registered (rule not checked)",
)
NONE = Text("没有专门的金融监管部门", "No financial regulator of its own")
UNCLEAR = Text("要先看清它是哪类机构", "Its kind has to be known first")
FIRST_RULE = {"bank": "D01", "consumer_finance": "D01", "micro_loan": "D28"}
TO_INSTITUTION = ("C01", "C02")
DATA_RULE = "D27"


@dataclass(frozen=True, slots=True)
class Rung:
    """One channel of a ladder with the periods that run there."""

    channel: Channel
    rules: tuple[Rule, ...]


def ladder(licence: str, known: Knowledge, topic: str = "") -> tuple[Rung, ...]:
    """Channels in the order to try them, for a licence; for data and records by the topic."""
    codes = BY_TOPIC.get(topic) or LADDERS.get(licence, LADDERS["unknown"])
    return tuple(
        Rung(known.channels[code], _periods(code, licence, known, topic))
        for code in codes
        if code in known.channels
    )


def _periods(code: str, licence: str, known: Knowledge, topic: str) -> tuple[Rule, ...]:
    """Periods for the other side; none is shown where it does not bind this licence."""
    codes = known.channels[code].rules
    if code in TO_INSTITUTION:
        codes = (DATA_RULE if topic == "data" else FIRST_RULE.get(licence, DATA_RULE),)
    rows = [known.rules[rule] for rule in codes if rule in known.rules]
    return tuple(
        row
        for row in rows
        if row.actor != "consumer" and (row.actor != "institution" or _binds(row, licence))
    )


def _binds(rule: Rule, licence: str) -> bool:
    return "any_processor" in rule.applies or concerns(rule.applies, licence)


def supervisor(licence: str, name: str, known: Knowledge, regulator: str = "") -> Text:
    """Who supervises it: on record, else by its licence; for a micro-loan company by its place."""
    slug = regulator or _supervisor_slug(licence, name)
    if slug in known.institutions:
        return known.institutions[slug].legal_name
    if licence == "micro_loan":
        return PROVINCE
    if licence in ("guarantee", "leasing"):
        return LOCAL_GUESS
    return NONE if licence == "platform_assist" else UNCLEAR


def _supervisor_slug(licence: str, name: str) -> str:
    if licence in SUPERVISED_BY_NFRA:
        return NFRA
    if licence in SUPERVISED_BY_PBOC:
        return PBOC
    places = (slug for place, slug in LOCAL.items() if name.startswith(place))
    return next(places, "") if licence == "micro_loan" else ""
