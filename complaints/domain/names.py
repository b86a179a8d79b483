"""Names of legal persons in a pasted text: found, cleaned of what stands around them. Pure.

A contract wraps lines, a screen puts spaces between signs, brackets come full and half width. A
name is taken from its form only; who it is (complaints.domain.entities) is another question.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

HAN = "\u3400-\u9fff"
MOST_TEXT = 4000
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACE_IN_HAN = re.compile(rf"(?<=[{HAN}()])[ \t]+(?=[{HAN}()])")
_BREAKS = re.compile(r"\s*\n\s*")

_END = r"(?:股份有限公司|有限责任公司|有限公司|信用合作联社|信用联社)"
_NAME = re.compile(rf"[{HAN}A-Za-z0-9·()]{{2,44}}?{_END}")
_SHORT = re.compile(
    rf"[{HAN}A-Za-z]{{2,10}}?(?:消费金融|消金|小额贷款|小贷|融资担保|信托|银行)(?![{HAN}]*?{_END})"
)
_BRANCH = re.compile(rf"^[{HAN}]{{0,14}}?(?:分行|支行|分公司|信用卡中心)")

# What a licensed company calls itself after its own name; the form, not a proof of the licence.
FORMS: tuple[tuple[str, str], ...] = (
    ("consumer_finance", r"消费金融|消金"),
    ("micro_loan", r"小额贷款|小贷"),
    ("guarantee", r"担保|增信"),
    ("credit_bureau", r"征信"),
    ("payment_institution", r"支付"),
    ("trust", r"信托"),
    ("insurer", r"保险(?!代理|经纪|公估)"),
    ("leasing", r"租赁|保理"),
    ("auto_finance", r"汽车金融"),
    ("bank", r"银行|信用合作联社|信用联社|农村信用社"),
    (
        "platform_assist",
        r"网络|科技|技术|信息|数据|电子商务|互联网|软件|企业管理|咨询|金服|智能|服务|代理|经纪",
    ),
)
UNKNOWN, PLATFORM = "unknown", "platform_assist"
_TYPE_WORDS = "|".join([*(form for _licence, form in FORMS), "金融|股份|集团|商业|中国"]).replace(
    "支付|", "支付(?!宝)|"
)
_PLACES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    "|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|深圳|广州|杭州|南京|苏州|武汉|成都|西安|厦门|宁波"
    "|大连|青岛|济南|福州|合肥|郑州|长沙|沈阳|哈尔滨|海口|贵阳|昆明|赣州|吉安|抚州|新余|九江|萍乡"
)
PLACE = re.compile(_PLACES)

# Words of a sentence that a name may follow without a sign between. 的 is part of 美的.
_CUT = re.compile(
    r"由|向|致|委托|通过|授权|同意|称为|就是|系|即|为|是|在|经|从|给|对|(?<!美)的"
    r"|(?:公司|银行|机构|人|方|您|你|我|双方|客户|用户)(?:和|与|及|以及|或)"
)
_LEADING = re.compile(r"^(?:以及|[和与及或等、]|其中|名称|全称|单位|机构|公司|方|人|者|本|该)+")
# Words of the other party's side that stand before a name; entities.py knows what they mean.
_LABEL_TAIL = re.compile(
    r"(?:贷款人|出借人|放款人|放款方|放款机构|放款银行|出资方|出资机构|出资人|资金方|资金提供方|资金来源方"
    r"|授信人|授信方|授信机构|贷款机构|贷款方|贷款银行|贷款公司|管理机构|业务发生机构|数据发生机构|数据提供机构"
    r"|报送机构|查询机构|担保人|担保方|担保机构|担保公司|保证人|增信机构|增信方|增信服务方|保险人|承保机构|承保公司"
    r"|平台方|平台运营方|平台运营机构|平台|服务方|服务商|服务机构|服务提供方|服务提供者|技术服务方|助贷方|助贷机构|运营方"
    r"|运营主体|开发者|合作机构|合作方|合作银行|支付机构|支付服务方|收款方|收款人|代扣机构|征信机构|信息处理者|处理者"
    r"|债权人|受让方|受让人|委托方|受托方|催收机构|借款人|借款方|被授信人|申请人|甲方|乙方|丙方|丁方|户名|主体|公司名称)"
)
_GENERIC_SHORT = re.compile(
    r"^(?:本|各|贵|我|该|其他|有关|相关|合作|商业|放款|贷款|发卡|网上|手机|开户|民营|持牌|收款|还款|绑定|代扣|存管|外资"
    r"|城市|农村|村镇|政策性|多家|一家|任何|所属|签约|指定|借记卡|储蓄|信用卡|互联网|股份制|农村商业|城市商业|您的|你的"
    r"|人民|中国人民|央|进出口|等|家|与|和|或|至|到|及|非|开放|直销|电子|电话|微信|的|在|联合|与合作|作为|选择)*"
    r"(?:消费金融|消金|小额贷款|小贷|融资担保|信托|银行)$"
)
_OF_A_SHORT = re.compile(
    r"^.*?(?:由|向|的|在|为|是|与|和|及|至|到|从|用|给|等|或|把|被|因|跟|打给|联系|咨询)(?=.{2})"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A name, where it stands in the text it was found in, and a branch named after it."""

    name: str
    start: int
    end: int
    branch: str = ""
    is_whole: bool = True


def plain(text: str) -> str:
    """One width, no invisible signs, no spaces inside Chinese; lines stay lines."""
    text = unicodedata.normalize("NFKC", text[:MOST_TEXT])
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub("[【〔〖［\\[]", "(", re.sub("[】〕〗］\\]]", ")", text))
    return _SPACE_IN_HAN.sub("", text)


def tight(text: str) -> str:
    """The same text without line breaks: for names that were wrapped."""
    return _BREAKS.sub("", plain(text))


def key(name: str) -> str:
    """Two spellings of one name have one key."""
    return re.sub(r"[\s()·]", "", plain(name)).casefold()


def printed(name: str) -> str:
    """As a legal name is registered: full-width brackets."""
    return name.replace("(", "（").replace(")", "）")


def licence_of(name: str) -> str:
    """The kind of company a name speaks of; a guess. The last such word counts, and a word of
    finance before one of technology: 「…网络小额贷款有限公司」, 「…支付科技有限公司」."""
    name = plain(name)
    ends = {
        licence: max((match.end() for match in re.finditer(form, name)), default=0)
        for licence, form in FORMS
    }
    technology = ends.pop(PLATFORM)
    licence, latest = max(ends.items(), key=lambda pair: pair[1])
    return licence if latest else (PLATFORM if technology else UNKNOWN)


def legal_names(text: str) -> Iterator[Found]:
    """Whole names of companies in a `plain` or `tight` text, in order."""
    for match in _NAME.finditer(text):
        shift = _start_of(match[0])
        name = match[0][shift:]
        if _is_a_name(name):
            branch = _BRANCH.match(text[match.end() : match.end() + 24])
            yield Found(
                printed(name), match.start() + shift, match.end(), branch[0] if branch else ""
            )


def short_names(text: str) -> Iterator[Found]:
    """「江苏银行」, 「中邮消费金融」: a company without the end of its name."""
    for match in _SHORT.finditer(text):
        shift = _start_of(match[0])
        rest = match[0][shift:]
        if (cut := _OF_A_SHORT.match(rest)) is not None:
            shift, rest = shift + cut.end(), rest[cut.end() :]
        if not _GENERIC_SHORT.match(rest):
            yield Found(rest, match.start() + shift, match.end(), is_whole=False)


def _start_of(candidate: str) -> int:
    """Where the name itself begins: after labels, sentence words and brackets left open."""
    start = max(
        (m.end() for m in _LABEL_TAIL.finditer(candidate) if _own(candidate[m.end() :])), default=0
    )
    cuts = (m.end() for m in _CUT.finditer(candidate, start) if _own(candidate[m.end() :]))
    start = max([start, *cuts])
    start = _after_open_bracket(candidate, start)
    for place in PLACE.finditer(candidate, start):
        bracketed = candidate[place.start() - 1 : place.start()] == "("
        if place.start() - start >= 2 and not bracketed and _own(candidate[place.end() :]):
            start = place.start()
            break
    leading = _LEADING.match(candidate[start:])
    return start + (leading.end() if leading and _own(candidate[start + leading.end() :]) else 0)


def _after_open_bracket(candidate: str, start: int) -> int:
    depth_at: list[int] = []
    for index in range(start, len(candidate)):
        if candidate[index] == "(":
            depth_at.append(index)
        elif candidate[index] == ")":
            if not depth_at:
                return _after_open_bracket(candidate, index + 1)
            depth_at.pop()
    return depth_at[-1] + 1 if depth_at else start


def _own(rest: str) -> bool:
    """Whether something of its own is left before the word for its trade."""
    kept = re.sub(rf"{_END}$|{_TYPE_WORDS}|[()]", "", rest)
    return len(kept) >= 2


def _is_a_name(name: str) -> bool:
    return _own(name) or bool(PLACE.match(name))
