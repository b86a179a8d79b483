"""What an e-mail says, and the address in it that ends e-mails of its kinds. Writes nothing."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import NoticeKind
from accounts.models import Notice, User
from accounts.senders import Message
from accounts.wording import wording

SALT = "accounts.unsubscribe"
LISTED = 40  # of one digest; the others are in the inbox


def message(notices: Sequence[Notice]) -> Message:
    """One e-mail for these notices of one person in his language: sentences, links, the way out."""
    owner, rows = notices[0].owner, _by_kind(notices)
    kinds = list(dict.fromkeys(row.kind for row in rows))
    unsubscribe = unsubscribe_url(owner, *kinds)
    with translation.override(owner.language):
        alone = len(rows) == 1
        title, context = _of_one(rows[0]) if alone else _of_many(rows, kinds)
        template = "accounts/notice_mail.txt" if alone else "accounts/digest_mail.txt"
        text = render_to_string(template, context | {"unsubscribe": unsubscribe})
    return Message(
        to=owner.email,
        subject=settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + title,
        text=text,
        unsubscribe_url=unsubscribe,
    )


def _by_kind(notices: Sequence[Notice]) -> list[Notice]:
    order = NoticeKind.values
    return sorted(notices, key=lambda row: (order.index(row.kind), row.pk))


def _of_one(notice: Notice) -> tuple[str, dict[str, Any]]:
    words = wording(notice)
    kind = notice.get_kind_display()
    return words.title, {"words": words, "link": _link(notice), "kind": kind}


def _of_many(rows: Sequence[Notice], kinds: Iterable[str]) -> tuple[str, dict[str, Any]]:
    title = _("%(n)s 条提醒") % {"n": len(rows)}
    listed = groupby(rows[:LISTED], key=lambda row: row.get_kind_display())
    return title, {
        "title": title,
        "groups": [(kind, [(wording(row), _link(row)) for row in found]) for kind, found in listed],
        "more": max(0, len(rows) - LISTED),
        "kinds": [NoticeKind(kind).label for kind in kinds],
        "inbox": settings.SITE_URL + reverse("notices"),
        "settings": settings.SITE_URL + reverse("notice_settings"),
    }


def _link(notice: Notice) -> str:
    return settings.SITE_URL + (notice.path or reverse("notices"))


def unsubscribe_url(owner: User, *kinds: str) -> str:
    """Ends e-mails of these kinds without signing in. It does nothing else, and so it lasts."""
    signed = signing.dumps({"owner": str(owner.public_id), "kinds": kinds}, salt=SALT)
    return settings.SITE_URL + reverse("unsubscribe", args=[signed])


def read_unsubscribe(signed: str) -> tuple[User, list[str]] | None:
    """Whose e-mails of which kinds an address ends; None for one that was not made here.

    An address of an earlier release names one `kind`.
    """
    try:
        said = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    owner = User.objects.filter(public_id=said["owner"]).first()
    kinds = said.get("kinds") or [said.get("kind")]
    return (owner, kinds) if owner and set(kinds) <= set(NoticeKind.values) else None
