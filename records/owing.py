"""Reading debts and income as plain values. Reads only."""

from accounts.keyring import open_sealed
from accounts.models import User
from records.domain.debt import DebtNow
from records.models import Circumstances, Debt


def debts_of(owner: User) -> tuple[DebtNow, ...]:
    """All debts of a person, in the order they were entered."""
    return tuple(as_domain(row) for row in Debt.objects.for_user(owner).in_order())


def as_domain(row: Debt) -> DebtNow:
    return DebtNow(
        key=str(row.public_id),
        name=row.name,
        owed_fen=row.owed_fen,
        limit_fen=row.limit_fen,
        rate_bp=row.rate_bp,
        monthly_fen=row.monthly_fen,
        due_day=row.due_day,
    )


def income_of(row: Circumstances | None) -> int | None:
    """The income a person gave, opened. For his own pages only: never log or store it."""
    if row is None or not row.sealed_income:
        return None
    return int(open_sealed(bytes(row.sealed_income), row.place, row.owner_id))
