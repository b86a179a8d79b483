from records.models.debts import Debt
from records.models.plan import Circumstances, PlanEvent, PlanItem

__all__ = ["Circumstances", "Debt", "PlanEvent", "PlanItem"]
