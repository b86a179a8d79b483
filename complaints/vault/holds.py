"""Evidence that a case stands on, and until when the law asks to keep it (PIPL art. 47)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from complaints.models import Complaint, Evidence, Message, Step


def stands_on(cases: Any) -> Q:
    """Evidence filed in one of these cases (rows or a queryset), or used by one as the proof of a
    step or with a message, in whatever case it is filed."""
    proofs = Step.objects.filter(complaint__in=cases, proof__isnull=False)
    told = Message.objects.filter(complaint__in=cases, evidence__isnull=False)
    filed = Q(complaint__in=cases)
    return filed | Q(pk__in=proofs.values("proof")) | Q(pk__in=told.values("evidence"))


def held(today: date) -> Q:
    """Evidence that may not be destroyed yet."""
    return stands_on(Complaint.objects.held(today).values("pk"))


def held_until(rows: Iterable[Evidence], today: date) -> dict[int, date]:
    """The last day of the hold by the key of the row, for those that are held; three queries."""
    keys = [row.pk for row in rows]
    held_on = {"complaint__held_until__gte": today}
    steps = Step.objects.filter(proof__in=keys, **held_on)
    told = Message.objects.filter(evidence__in=keys, **held_on)
    filed = Evidence.objects.filter(pk__in=keys, **held_on)
    found = [
        *filed.values_list("pk", "complaint__held_until"),
        *steps.values_list("proof", "complaint__held_until"),
        *told.values_list("evidence", "complaint__held_until"),
    ]
    wanted = set(keys)
    days: dict[int, date] = {}
    for key, day in found:
        if key in wanted:
            days[key] = max(day, days.get(key, day))
    return days
