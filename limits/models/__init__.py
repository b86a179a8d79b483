"""All rows of this app; import them from here."""

from limits.models.crowd import Calibration, CrowdWindow
from limits.models.explanation import (
    Answer,
    Assessment,
    AssessmentQuerySet,
    Confirmation,
    Migration,
    SealedAnswer,
)
from limits.models.imports import BILL_DAYS, Bill, ImportBatch, ImportRow, Upload
from limits.models.ledger import (
    CreditLine,
    LimitChange,
    LimitChangeQuerySet,
    Reading,
    ReadingQuerySet,
)

__all__ = [
    "BILL_DAYS",
    "Answer",
    "Assessment",
    "AssessmentQuerySet",
    "Bill",
    "Calibration",
    "Confirmation",
    "CreditLine",
    "CrowdWindow",
    "ImportBatch",
    "ImportRow",
    "LimitChange",
    "LimitChangeQuerySet",
    "Migration",
    "Reading",
    "ReadingQuerySet",
    "SealedAnswer",
    "Upload",
]
