from records.models.debts import Debt
from records.models.plan import Circumstances, PlanEvent, PlanItem
from records.models.reports import CreditReport, Inquiry, ReportEntry

__all__ = [
    "Circumstances",
    "CreditReport",
    "Debt",
    "Inquiry",
    "PlanEvent",
    "PlanItem",
    "ReportEntry",
]
