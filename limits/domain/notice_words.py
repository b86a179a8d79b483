"""Words of a notice: whose line it is, what happened to it, and the reason that is given."""

import re
from collections.abc import Iterator, Mapping

from limits.domain.notice_text import Body, Found

LONGEST_REASON = 500

_COMPANY = re.compile(r"(?:股份有限公司|有限责任公司|有限公司)$")
_SEAT = re.compile(
    r"^(?:深圳前海|(?:北京|上海|天津|重庆|深圳|广州|杭州|南京|厦门)市?|(?:浙江|江苏|广东|福建|四川|湖北|湖南|河南|山东)省?)"
)
_SHORT = (("消费金融", "消金"), ("小额贷款", "小贷"))
_SIGNATURE = re.compile(r"【[^【】]{1,30}】")

_UNTRUE = re.compile(
    r"(?:如需|可以?|请|申请|回复|自行|勿|不会|未|免|避免|以免|防止|何时|能否|"
    r"无法|不能|不予|可能|后(?:即?可|将|会|自动)|(?:验证|认证|审核|评估|结清|还清|还款|更新|处理|到期)后)[^，,。；！？\n]{0,6}$"
    r"|(?:点击|戳|登录|预计|届时)[^，,。；！？\n]{0,50}$"
)
_PLAIN = r"[^，,。；！？\n]"
_KINDS = {
    "unfreeze": re.compile(
        rf"解冻(?!费|金)|解除{_PLAIN}{{0,6}}(?:冻结|限制|暂停|管控)|恢复(?:正常)?使用|恢复正常"
    ),
    "reopen": re.compile(
        r"(?:重新|再次)(?:为您)?(?:开通|启用|开启)|恢复(?!正常|使用|时间|期|为|至|到|[0-9原])"
    ),
    "close": re.compile(
        rf"关闭|注销|清退|(?:额度|授信|资格|服务){_PLAIN}{{0,8}}(?:取消|终止|失效|收回)"
        rf"|(?:取消|终止|收回){_PLAIN}{{0,8}}(?:额度|授信|资格|服务|合作)"
    ),
    "freeze": re.compile(
        rf"暂停|(?<!解除)冻结|停用|止付|限制{_PLAIN}{{0,4}}使用"
        rf"|(?:暂时?|已){_PLAIN}{{0,2}}(?:无法|不能|不可){_PLAIN}{{0,4}}(?:使用|借款|支用)"
        rf"|暂不(?:可|支持){_PLAIN}{{0,2}}用"
    ),
}
_LIMIT = re.compile(
    r"额度(?:[^，,。；！？\n]|,(?=[0-9]{3})){0,20}?"
    r"(调整|降低|下降|下调|提升|提高|上调|调低|调高|减少|增加|降|恢复[至为到])"
    r"|(调整|降低|下调|提升|提高|上调)[^，,。；\n0-9]{0,8}额度"
    r"|(提额(?!活动|机会|申请|入口|资格|券|包)|降额)"
)
_TEMPORARY = re.compile(r"临时(?:信用)?额度")

_BECAUSE = (
    r"(?:(?<![原成起])因为?(?![此而素果])|由于|鉴于|基于|(?:根据|依据)(?!页面|提示|指引|需要)|"
    r"按照?(?!时|期|揭|月|日|钮|页面|提示)|结合|应监管|受[^，,。；\n]{1,20}影响|"
    r"为了?(?=保障|保护|维护|控制|防范|配合|响应|落实|确保)|"
    r"(?<![已曾])经(?!常|营|济|理)[^，,。；\n]{0,12}(?:评估|审核|核查|核实|审查|复核|评定)|"
    r"(?:综合|系统)评估)"
)
_REASON = re.compile(rf"(?P<label>原因(?:(?:为|是):?|:)\s?)|{_BECAUSE}")
_ASIDE = re.compile(r"(?:如|若|倘|可|请|详情|咨询|个人|如有)[^，,。；\n]{0,2}$")
_NO_REASON = re.compile(r"[^，,。；\n]{0,4}(?:请|详情|详见|咨询|查看|点击|致电|拨打)")
_TO_CLAUSE_END = re.compile(r"[^，,。；！？;!?\n]{0,240}")
_ONE_MORE = re.compile(
    rf"[，,]\s?(?:且|并|同时|也)?(?={_BECAUSE}|存在|综合|且|同时)[^，,。；！？;!?\n]{{1,120}}"
)
_MOST_MORE = 3


def names_in(body: Body, names: Mapping[str, str]) -> tuple[Found[str], ...]:
    """Every place one of the names stands, the longest name first; values are its slug."""
    wanted = sorted((name for name in names if name), key=len, reverse=True)
    if not wanted:
        return ()
    # 信用贷 is a product, 信用贷款 any loan.
    pattern = "|".join(
        re.escape(name) + ("(?!款(?!项))" if name[-1] == "贷" else "") for name in wanted
    )
    return tuple(Found(names[match[0]], *match.span()) for match in re.finditer(pattern, body.text))


def is_signature(body: Body, place: int) -> bool:
    """Whether a place lies in the 【sender】 of a short message."""
    return any(match.start() < place < match.end() for match in _SIGNATURE.finditer(body.flat))


def lender_names(legal_name: str) -> tuple[str, ...]:
    """How a company is called in notices: its legal name, without the legal form, without the
    seat, and with the usual short words. Two characters alone name nobody."""
    full = _COMPANY.sub("", legal_name)
    names = {legal_name, full, _SEAT.sub("", full)}
    for long, short in _SHORT:
        names |= {name.replace(long, short) for name in names}
    return tuple(sorted(name for name in names if len(name) > 2))


def kinds_in(body: Body) -> tuple[Found[str], ...]:
    """What is said to have happened, in order of place; limit where only the amount changed.

    “如需恢复”, “请勿关闭” and the like are no events.
    """
    found = (
        Found(kind, *match.span(match.lastindex or 0))
        for kind, pattern in (*_KINDS.items(), ("limit", _LIMIT))
        for match in pattern.finditer(body.flat)
        if not _UNTRUE.search(body.clause_before(match.start()))
        and not body.is_conditional(match.start())
    )
    return tuple(sorted(found, key=lambda one: one.start))


def temporary_in(body: Body) -> Found[bool] | None:
    match = _TEMPORARY.search(body.flat)
    return Found(True, *match.span()) if match else None


def reason_in(body: Body) -> Found[str] | None:
    """The first clause that gives a reason, with the clauses that carry it on."""
    return next(_reasons(body), None)


def _reasons(body: Body) -> Iterator[Found[str]]:
    for match in _REASON.finditer(body.flat):
        start = match.end() if match["label"] else match.start()
        if _ASIDE.search(body.clause_before(match.start())) or _NO_REASON.match(body.flat, start):
            continue
        end = _end_of_reason(body.flat, start)
        words = body.text[start:end].rstrip()
        if len(words) > 1:
            yield Found(words[:LONGEST_REASON], start, start + min(len(words), LONGEST_REASON))


def _end_of_reason(flat: str, start: int) -> int:
    first = _TO_CLAUSE_END.match(flat, start)
    end = first.end() if first else start
    for _number in range(_MOST_MORE):
        more = _ONE_MORE.match(flat, end)
        if not more:
            break
        end = more.end()
    return end
