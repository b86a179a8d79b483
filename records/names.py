"""What things of this app are called in a list of notices. Reads only."""

from collections.abc import Sequence

from django.utils.translation import get_language

from accounts.models import User
from guidance import content
from records.models import PlanItem, ReportEntry


def of_items(owner: User, things: Sequence[str]) -> dict[str, str]:
    """The title of the reviewed step, or the words of its owner."""
    tips, language = content.current().tips, get_language() or "zh-hans"
    rows = PlanItem.objects.for_user(owner).filter(public_id__in=things)
    return {
        str(row.public_id): tips[row.tip_code].title.in_language(language)
        if row.tip_code in tips
        else row.own_title
        for row in rows
    }


def of_entries(owner: User, things: Sequence[str]) -> dict[str, str]:
    """The institution and the kind of the entry."""
    rows = ReportEntry.objects.for_user(owner).filter(public_id__in=things)
    return {str(row.public_id): f"{row.lender} · {row.get_kind_display()}" for row in rows}
