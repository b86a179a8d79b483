"""Which column of a table is which, told by its header. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inputs.errors import InputError, gettext_noop
from limits.domain.import_words import FOREIGN_MONEY, plain_name

# In the order of the template. The first name is the one the template uses.
NAMES: Mapping[str, tuple[str, ...]] = {
    "product": ("产品", "产品名称", "信贷产品", "product", "productname"),
    "before": (
        *("变动前额度", "变动前", "原额度", "原来额度", "调整前", "调整前额度", "旧额度"),
        *("before", "oldlimit", "limitbefore", "from"),
    ),
    "after": (
        *("变动后额度", "变动后", "现额度", "现在额度", "新额度", "调整后", "调整后额度"),
        *("after", "newlimit", "limitafter", "to"),
    ),
    "on": (
        *("变动日期", "日期", "变动时间", "变动日", "调整日期", "生效日期"),
        *("date", "changedon", "changedate", "effectiveon", "effectivedate"),
    ),
    "kind": ("发生了什么", "变动类型", "类型", "kind", "type", "whathappened"),
    "lender": (
        *("放款机构", "合同上的放款机构", "放款方", "贷款人", "机构", "出资方"),
        *("lender", "lendername", "institution"),
    ),
    "noticed": ("发现日期", "哪天发现的", "noticedon", "noticed", "noticeddate"),
    "how": ("怎么知道的", "通知方式", "notifiedhow", "notified", "how"),
    "reason": (
        *("对方给出的说法", "对方说法", "对方给的理由", "理由", "原因", "说明"),
        *("reason", "statedreason"),
    ),
    "new_lender": ("现在的放款机构", "新放款机构", "newlender", "lenderafter"),
    "new_name": ("现在叫什么", "新名字", "新产品名", "newname", "nameafter"),
    "currency": ("币种", "货币", "currency"),
    "note": ("备注", "注", "note", "notes", "remark", "remarks"),
}
REQUIRED = ("product", "before", "after", "on")
ENGLISH = {"on": "date"}
HELP: Mapping[str, tuple[str, str]] = {
    "product": (gettext_noop("产品叫什么。名单里没有的，会记为“其他”并保留你写的名字。"), "借呗"),
    "before": (gettext_noop("变动前的额度，人民币。"), "50000"),
    "after": (gettext_noop("变动后的额度，没有了就写 0。"), "0"),
    "on": (gettext_noop("哪天变的，写成 年-月-日。"), "2026-10-12"),
    "kind": (
        gettext_noop("额度变了、冻结、恢复使用、关闭、重新开通。不写就是额度变了。"),
        gettext_noop("冻结"),
    ),
    "lender": (gettext_noop("借款合同上的贷款人全称，不清楚就留空。"), ""),
    "how": (gettext_noop("短信、App 消息、电话、邮件、没有通知。"), gettext_noop("短信")),
    "reason": (gettext_noop("对方的原话，最多 500 字。"), ""),
    "noticed": (gettext_noop("哪天发现的，和变动日期不同才写。"), ""),
    "note": (gettext_noop("只给自己看，最多 1000 字。"), ""),
}
HEADER_WITHIN = 20  # rows; titles and remarks above the header are passed over
LEAST_NAMES = 2
MAX_NAME = 60

MISSING_COLUMNS = gettext_noop(
    "没有找到这些列：%(columns)s。请把表头改成模板里的列名（顺序不限），再上传一次。"
)
COLUMN_TWICE = gettext_noop("“%(column)s”这一列出现了两次。请删去或改名其中一列，再上传一次。")
FOREIGN_HEADER = gettext_noop(
    "表头里写的不是人民币。本站只记人民币额度，请换算成元，或删去这些行再上传。"
)


@dataclass(frozen=True)
class Header:
    """The header of a table: its row, the place of each known column, every name as typed."""

    row: int
    places: Mapping[str, int]
    names: tuple[str, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of columns that nothing is read from."""
        known = set(self.places.values())
        return tuple(name for place, name in enumerate(self.names) if name and place not in known)


_BY_NAME = {plain_name(name): key for key, names in NAMES.items() for name in names}


def read_header(rows: Iterator[tuple[str, ...]]) -> Header:
    """Reads `rows` up to the header: the first row with two known names. Raises InputError."""
    for number, cells in zip(range(1, HEADER_WITHIN + 1), rows, strict=False):
        keys = [_BY_NAME.get(plain_name(cell), "") for cell in cells]
        if len(set(keys) - {""}) >= LEAST_NAMES:
            return _header(number, cells, keys)
    raise _missing(REQUIRED)


def _header(number: int, cells: tuple[str, ...], keys: list[str]) -> Header:
    places: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key in places:
            raise InputError("column_twice", COLUMN_TWICE, {"column": NAMES[key][0]})
        if key:
            places[key] = place
    if missing := [key for key in REQUIRED if key not in places]:
        raise _missing(missing)
    if any(FOREIGN_MONEY.search(cells[places[key]]) for key in ("before", "after")):
        raise InputError("currency", FOREIGN_HEADER)
    return Header(number, places, tuple(storable(cell.strip())[:MAX_NAME] for cell in cells))


def column_name(key: str, *, english: bool) -> str:
    """The name of a column in the template."""
    return ENGLISH.get(key, key) if english else NAMES[key][0]


def _missing(keys: Iterable[str]) -> InputError:
    """The names in both languages, because they must be typed as they stand here."""
    columns = "、".join(f"{NAMES[key][0]} ({column_name(key, english=True)})" for key in keys)
    return InputError("missing_columns", MISSING_COLUMNS, {"columns": columns})


def storable(text: str) -> str:
    """Without NUL, which PostgreSQL refuses."""
    return text.replace("\0", "")
