"""Signs that a message is after money or a password, and numbers in it that are no amounts."""

import re
from collections.abc import Iterable, Iterator

from limits.domain.notice_text import Body, Found, Place

LINK, CODE, MONEY, CALLBACK = "link", "code", "money", "callback"

_LINK = re.compile(
    r"https?://[^\s，。；！？、（）()【】<>“”]{1,300}"
    r"|(?<![A-Za-z0-9.@\-])(?:[A-Za-z0-9\-]{1,40}\.){1,4}"
    r"(?:com|cn|net|org|top|cc|vip|xyz|io|me|link|site|club|info|shop|app|tv|co|ly|im|gd|ink|ltd)"
    r"(?![A-Za-z0-9\-])(?:[/?][^\s，。；！？、（）()【】<>“”]{0,200})?",
    re.IGNORECASE,
)
_CODE = re.compile(r"验证码|校验码|动态码|动态密码|短信密码")
_MONEY = re.compile(
    r"转账|汇款|打款|保证金|解冻费|解冻金|认证金|验资|刷流水|工本费|激活费|手续费[^，,。；\n]{0,4}(?:先|缴|交|付)"
    r"|(?:先|需|须|请)[^，,。；\n]{0,6}(?:缴纳|支付|交纳|充值)"
)
_CALLBACK = re.compile(
    r"回电|回拨|加(?:我|客服|专员|经理)?(?:微信|QQ|企鹅)|联系(?:专员|客户经理|业务员|信贷员)"
    r"|(?:致电|拨打|电话|联系)[^0-9，,。；\n]{0,8}1[3-9][0-9]{9}(?![0-9])"
)
_NEVER = re.compile(r"(?:勿|不要|不会|不得|谨防|切莫|以免|拒绝|任何)[^，,。；\n]{0,12}$")

_NO_AMOUNT = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9]{9}|[48]00-?[0-9]{3}-?[0-9]{4}|0[0-9]{2,3}-[0-9]{7,8})(?![0-9])"
    r"|(?:致电|拨打|电话|热线|客服|咨询|联系|来电)[^0-9，,。；\n]{0,10}[0-9][0-9\-]{2,14}"
    r"|(?:验证码|校验码|动态码|动态密码|短信密码|授权码)[^0-9，。；\n]{0,8}[0-9]{3,8}"
    r"|[0-9]{4,8}[^0-9，,。；\n]{0,6}(?:验证码|校验码|动态码|动态密码)"
    r"|(?:尾号|末四位|编号|单号|订单号|合同号|工号|卡号|账号|账户)[^0-9，。；\n]{0,6}[0-9]{3,24}"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
)


def warnings_in(body: Body) -> tuple[Found[str], ...]:
    """Links, codes, demands for money and strange call-backs, in order of place. “Never tell
    anyone your code” is no demand."""
    found = [Found(LINK, *match.span()) for match in _LINK.finditer(body.flat)]
    for sign, pattern in ((CODE, _CODE), (MONEY, _MONEY), (CALLBACK, _CALLBACK)):
        found.extend(
            Found(sign, *match.span())
            for match in pattern.finditer(body.flat)
            if not _NEVER.search(body.clause_before(match.start()))
        )
    return tuple(sorted(found, key=lambda one: one.start))


def taken_places(body: Body, known: Iterable[Place]) -> frozenset[int]:
    """Positions of dates (`known`), links, telephone numbers, codes, cards and times."""
    return frozenset(
        position for start, end in (*known, *_numbers(body)) for position in range(start, end)
    )


def _numbers(body: Body) -> Iterator[Place]:
    for pattern in (_LINK, _NO_AMOUNT):
        for match in pattern.finditer(body.flat):
            yield match.span()
