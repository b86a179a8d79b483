"""The only writers of answers and of decisions about pairs."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.keyring import seal
from guidance import content
from limits.assessing import assess, plan_from
from limits.enums import MigrationState
from limits.explaining import answers_of, neighbours
from limits.models import Answer, Assessment, LimitChange, Migration, SealedAnswer


def move_answers(old: LimitChange, new: LimitChange) -> None:
    """Answers were given about the event, not about the row: copy them to the correction."""
    for answer in Answer.objects.filter(change=old):
        Answer.objects.create(
            owner_id=new.owner_id,
            change=new,
            question_slug=answer.question_slug,
            answer_slug=answer.answer_slug,
        )
    sealed = set(SealedAnswer.objects.filter(change=old).values_list("question_slug", flat=True))
    opened = answers_of(old) if sealed else {}
    for slug in sealed:
        _store_sealed(new, slug, opened[slug])


def move_decisions(old: LimitChange, new: LimitChange) -> None:
    """What the person said of a pair was said of the event: it holds for the correction too."""
    decided = Migration.objects.filter(Q(fall=old) | Q(rise=old)).exclude(
        state=MigrationState.PROPOSED
    )
    copies = [
        Migration(
            owner_id=pair.owner_id,
            fall=new if pair.fall_id == old.pk else pair.fall,
            rise=new if pair.rise_id == old.pk else pair.rise,
            days=pair.days,
            strength=pair.strength,
            state=pair.state,
            decided_at=pair.decided_at,
        )
        for pair in decided.select_related("fall", "rise")
    ]
    Migration.objects.bulk_create(copies, ignore_conflicts=True)


@transaction.atomic
def reassess(*, change: LimitChange) -> Assessment:
    """Assess again with today's content; the old assessment stays as it was shown."""
    return assess(change=change)


@transaction.atomic
def decide_migration(*, migration: Migration, confirmed: bool, today: date) -> Migration:
    """The person says whether the two changes belong together; the word is remembered."""
    migration = Migration.objects.select_for_update(of=("self",)).get(pk=migration.pk)
    migration.state = MigrationState.CONFIRMED if confirmed else MigrationState.REJECTED
    migration.decided_at = timezone.now()
    migration.save(update_fields=["state", "decided_at"])
    rows = neighbours(migration.fall)
    plan_from(assess(change=migration.fall, rows=rows), rows, today)
    return migration


@transaction.atomic
def answer_question(*, change: LimitChange, question: str, answer: str, today: date) -> Assessment:
    """Store or change one answer and assess again. Sensitive answers are sealed and kept apart."""
    known = content.current()
    asked = known.questions.get(question)
    allowed = {choice.slug for choice in asked.answers} if asked else set()
    if asked is None or answer not in allowed | {"unknown", "skip"}:
        raise ValidationError({"answer": _("选项无效")}, code="invalid_choice")
    if asked.sensitive:
        _store_sealed(change, question, answer)
    else:
        Answer.objects.update_or_create(
            change=change,
            question_slug=question,
            defaults={"answer_slug": answer, "owner_id": change.owner_id},
        )
    rows = neighbours(change)
    assessment = assess(change=change, rows=rows)
    plan_from(assessment, rows, today)
    return assessment


def _store_sealed(change: LimitChange, question: str, answer: str) -> None:
    row = SealedAnswer(change=change, question_slug=question)
    SealedAnswer.objects.update_or_create(
        change=change,
        question_slug=question,
        defaults={"sealed": seal(answer, row.place, change.owner_id), "owner_id": change.owner_id},
    )
