"""What a person tells the plan: days that matter."""

from datetime import date

from django.db import transaction

from accounts.models import User
from records.domain.plan import Situation
from records.models import Circumstances
from records.services.plan import GIVEN, refresh_plan


@transaction.atomic
def save_circumstances(*, owner: User, today: date, **days: date | None) -> int:
    """Keep the days and choose the plan anew; returns how many items came. Safe to run twice."""
    values = {name: days.get(name) for name in GIVEN}
    Circumstances.objects.update_or_create(owner=owner, defaults=values)
    return refresh_plan(owner=owner, situation=Situation(), today=today)
