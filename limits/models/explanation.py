"""What may connect changes, what was answered, what was concluded, what the lender said."""

import json
import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.keyring import open_sealed, seal
from accounts.ownership import OwnedModel, OwnedQuerySet
from inputs.models import BodyField
from limits.enums import ConfirmationKind, MigrationState
from limits.models.ledger import LimitChange


class Migration(OwnedModel):
    """A fall on one line and a rise on another; proposed by the system, decided by the person."""

    fall = models.ForeignKey(LimitChange, on_delete=models.CASCADE, related_name="migrations_out")
    rise = models.ForeignKey(LimitChange, on_delete=models.CASCADE, related_name="migrations_in")
    days = models.SmallIntegerField("相隔天数")
    strength = models.SmallIntegerField("线索强度")
    state = models.CharField(
        max_length=10, choices=MigrationState.choices, default=MigrationState.PROPOSED
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "额度迁移"
        verbose_name_plural = "额度迁移"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fall", "rise"], name="one_migration_per_pair"),
            models.CheckConstraint(
                condition=Q(state=MigrationState.PROPOSED, decided_at__isnull=True)
                | (~Q(state=MigrationState.PROPOSED) & Q(decided_at__isnull=False)),
                name="migration_decided_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Answer(OwnedModel):
    """The person's answer to one question about one change. Sensitive ones are SealedAnswer."""

    change = models.ForeignKey(LimitChange, on_delete=models.CASCADE, related_name="answers")
    question_slug = models.CharField(max_length=40)
    answer_slug = models.CharField(max_length=40)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "回答"
        verbose_name_plural = "回答"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "question_slug"], name="one_answer"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class SealedAnswer(OwnedModel):
    """A sensitive answer, sealed (accounts.keyring) and never copied into a letter unasked."""

    change = models.ForeignKey(LimitChange, on_delete=models.CASCADE, related_name="sealed_answers")
    question_slug = models.CharField(max_length=40)
    sealed = models.BinaryField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "敏感回答"
        verbose_name_plural = "敏感回答"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "question_slug"], name="one_sealed_answer"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> str:
        return f"limits.sealedanswer:{self.change_id}:{self.question_slug}"


class AssessmentQuerySet(OwnedQuerySet):
    def newest(self) -> Self:
        return self.order_by("-pk")


class Assessment(OwnedModel):
    """Ranked causes of one change as they were shown, with what they were computed from.

    `inputs` holds no answer to a sensitive question, only which were answered, and `result` is
    what follows without them: letters, summaries and plans read only that. Where sensitive
    answers were given, `sealed_result` (accounts.keyring) holds what the person was shown.
    """

    change = models.ForeignKey(LimitChange, on_delete=models.CASCADE, related_name="assessments")
    content_version = models.CharField(max_length=16)
    inputs: Any = models.JSONField()
    result: Any = models.JSONField()
    sealed_result = models.BinaryField(default=bytes, blank=True)
    input_hash = models.CharField(max_length=64)

    objects = AssessmentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "原因评估"
        verbose_name_plural = "原因评估"
        indexes: ClassVar = [models.Index(fields=["change", "-id"], name="assessment_newest")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> str:
        return f"limits.assessment:{self.public_id}"


IN_THE_SEAL = "sealed"


class ConfirmationQuerySet(OwnedQuerySet):
    def newest(self) -> Self:
        return self.order_by("-pk")

    def last_words(self) -> Self:
        """The newest of each change that was neither corrected nor withdrawn."""
        newer = Confirmation.objects.filter(change=OuterRef("change"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(newer), change__superseded_by=None, change__retracted=False)


class Confirmation(OwnedModel):
    """What settled a change, or did not: the lender's words or the person's own document.

    The newest row counts; older ones stay as the history. `scored` is what the assessment of that
    day had ranked (see limits.domain.calibration); it never holds a sensitive answer. Where the
    cause is a sensitive one, cause and words lie in `sealed` and `cause_slug` says only that:
    read both through `cause` and `words`.
    """

    change = models.ForeignKey(LimitChange, on_delete=models.CASCADE, related_name="confirmations")
    kind = models.CharField("情况", max_length=10, choices=ConfirmationKind.choices)
    cause_slug = models.CharField("对应的原因", max_length=40, blank=True)
    in_writing = models.BooleanField("有书面", default=False)
    given_on = models.DateField("哪天说的", null=True, blank=True)
    quote = BodyField("原话", max_length=500, blank=True)
    sealed = models.BinaryField(default=bytes, blank=True)
    scored: Any = models.JSONField(default=dict)

    objects = ConfirmationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "放款方说法"
        verbose_name_plural = "放款方说法"
        indexes: ClassVar = [models.Index(fields=["change", "-id"], name="confirmation_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[ConfirmationKind.SPECIFIC, ConfirmationKind.DOCUMENT])
                & ~Q(cause_slug="")
                | Q(kind__in=[ConfirmationKind.GENERIC, ConfirmationKind.NONE], cause_slug=""),
                name="confirmation_names_a_cause_when_specific",
            ),
            models.CheckConstraint(
                condition=Q(cause_slug=IN_THE_SEAL, quote="") & ~Q(sealed=b"")
                | ~Q(cause_slug=IN_THE_SEAL) & Q(sealed=b""),
                name="confirmation_sealed_when_sealed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def cause(self) -> str:
        """The slug of the cause, out of the seal where it lies there; empty without one."""
        return self._opened()[0]

    @property
    def words(self) -> str:
        return self._opened()[1]

    def _opened(self) -> tuple[str, str]:
        if self.cause_slug != IN_THE_SEAL:
            return self.cause_slug, self.quote
        cause, quote = json.loads(
            open_sealed(bytes(self.sealed), _said_place(self.public_id), self.owner_id)
        )
        return cause, quote

    def put(self, cause: str, quote: str, *, sensitive: bool) -> None:
        """Set both, in the seal or in the clear."""
        self.cause_slug = IN_THE_SEAL if sensitive else cause
        self.quote = "" if sensitive else quote
        text = json.dumps([cause, quote])
        place = _said_place(self.public_id)
        self.sealed = seal(text, place, self.owner_id) if sensitive else b""


def _said_place(public_id: uuid.UUID) -> str:
    return f"limits.confirmation:{public_id}"
