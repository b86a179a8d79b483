"""What the pages of a case show: its steps with their clocks, the next action, what happened."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models.fields.json import KT

from complaints import documents, services
from complaints.documents.clocks import rule_outdated
from complaints.domain.ladder import TO_INSTITUTION
from complaints.domain.next_action import WITHOUT_RESULT, NextAction, next_action
from complaints.domain.steps import StepNow
from complaints.domain.workflow import ANSWERED, ENDED, WAITING, allowed, step_actions
from complaints.enums import (
    CaseAction,
    DocumentKind,
    DocumentState,
    LetterState,
    Outcome,
    StepPhase,
)
from complaints.models import Complaint, ComplaintEvent, Document, Extension, FollowUp, Step
from guidance import content
from guidance.domain.records import Demand
from inputs.clock import today
from jobs.models import Job

MOST_EVENTS = 200
BEHIND_WHICH = frozenset({"send", "confirm-receipt", "wait", "wait-undated"})
KINDS = {
    CaseAction.RECORD_REPLY: "reply",
    CaseAction.EXTEND: "due",
    CaseAction.RESTART: "due",
    CaseAction.CLOCK_MOVED: "due",
    CaseAction.RECORD_SENT: "step",
    CaseAction.RECORD_RECEIVED: "step",
}


def case_context(case: Complaint) -> dict[str, Any]:
    """The whole page. `case` comes from `with_standing`; the queries do not grow with its rows."""
    now, known = today(), content.current()
    steps = list(case.steps.all())
    rows = [step_row(step, now) for step in steps]
    _add_letters(case, rows)
    demands, action = demand_rows(case), next_row(case, rows, now)
    return {
        "case": case,
        "known": known,
        "steps": rows,
        "next": action,
        "left_open": _left_open(action["action"], rows),
        "follow_up": FollowUp.objects.filter(complaint=case).due(now).first(),
        **document_lists(case),
        "evidence_count": getattr(case, "evidence_count", None) or 0,
        "events": event_rows(case, steps),
        "actions": allowed(case.state),
        "demands": demands,
        "marked": sum(1 for row in demands if row["result"]),
    }


def step_row(step: Step, now: date) -> dict[str, Any]:
    """One step as its card shows it."""
    known, state = content.current(), step.now
    actions = step_actions(step.complaint.state, state.phase)
    if "restart" in actions and services.restarts_on(step) is None:
        actions -= {"restart"}
    waiting = state.phase == WAITING
    return {
        "step": step,
        "phase": state.phase,
        "phase_label": StepPhase(state.phase).label,
        "tone": _tone(state),
        "channel": known.channels.get(step.channel_code),
        "rule": known.rules.get(step.rule_code),
        "outdated": rule_outdated(step),
        "clock": step.clock or _projected(step, now),
        "projected": not step.clock and state.phase not in (ANSWERED, ENDED),
        "due_on": state.due_on,
        "left": (state.due_on - now).days if state.due_on else None,
        "past": (now - state.due_on).days if state.due_on else None,
        "overdue": bool(waiting and state.due_on and state.due_on < now),
        "extensions": _extension_rows(step),
        "actions": actions,
        "to_institution": step.channel_code in TO_INSTITUTION,
    }


def _add_letters(case: Complaint, rows: Sequence[dict[str, Any]]) -> None:
    """Two steps may go to the same address: which letters went with which tells them apart."""
    frozen = case.letters.filter(state=LetterState.FROZEN).exclude(step=None)
    letters = list(frozen.defer("model", "typed").order_by("pk"))
    for row in rows:
        row["letters"] = [letter for letter in letters if letter.step_id == row["step"].pk]


def _tone(state: StepNow) -> str:
    """An answer is good only if it is one."""
    if state.phase == ANSWERED:
        return "warn" if state.reply_kind in WITHOUT_RESULT else "good"
    return "info" if state.phase == WAITING else ""


def _projected(step: Step, now: date) -> dict[str, Any]:
    """If it arrived today; a channel without a period of its own has nothing to project."""
    known = step.rule_code in content.current().rules
    return documents.projected_clock(step, now) if known else {}


def _extension_rows(step: Step) -> list[dict[str, Any]]:
    """Each extension, and what the rule has to say against it."""
    ladder = [date.fromisoformat(day) for day in (step.clock or {}).get("extended_on", [])]
    rows, before = [], step.due_on
    for row in step.extensions.all():
        if not row.is_void:
            rows.append(_extension_row(row, before, max(ladder, default=None)))
            before = row.due_on
    return rows


def _extension_row(row: Extension, before: date | None, last: date | None) -> dict[str, Any]:
    return {
        "extension": row,
        "told_late": bool(before and row.announced_on > before),
        "too_long": last if last and row.due_on > last else None,
    }


def next_of(case: Complaint, now: date) -> NextAction:
    """The next action of a case that came from `with_standing`."""
    return next_action(case.now, [step.now for step in case.steps.all()], now)


def next_row(case: Complaint, rows: Sequence[dict[str, Any]], now: date) -> dict[str, Any]:
    """The next action with the step it is about."""
    found = next_of(case, now)
    row = next((row for row in rows if str(row["step"].public_id) == found.step), None)
    return {"action": found, "row": row, "step": row["step"] if row else None}


def _left_open(found: NextAction, rows: Sequence[dict[str, Any]]) -> Step | None:
    """The institution answered without a reason and nothing was filed elsewhere, while another step
    still has to be sent or waited for: that answer must not be lost from sight behind it."""
    if found.kind not in BEHIND_WHICH or not all(row["to_institution"] for row in rows):
        return None
    open_ended = [
        row["step"]
        for row in rows
        if row["phase"] == ANSWERED and row["step"].reply_kind in WITHOUT_RESULT
    ]
    return max(open_ended, key=attrgetter("answered_on"), default=None)


def event_rows(case: Complaint, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The newest events, oldest first, each with the step it was about."""
    newest = ComplaintEvent.objects.filter(complaint=case).order_by("-pk")[:MOST_EVENTS]
    by_key = {str(step.public_id): step for step in steps}
    return [
        {
            "event": event,
            "kind": KINDS.get(CaseAction(event.action), "note") if _is_known(event) else "note",
            "step": by_key.get(event.data.get("step", "")),
            "on": event.data.get("on"),
            "outcome": Outcome(event.data["outcome"]).label if event.data.get("outcome") else "",
        }
        for event in reversed(newest)
    ]


def _is_known(event: ComplaintEvent) -> bool:
    return event.action in CaseAction.values


def demand_rows(case: Complaint) -> list[dict[str, Any]]:
    """What was asked, what is realistic, and what came of it."""
    results = {row.demand: row for row in case.demand_results.all()}
    return [{"demand": row, "result": results.get(row.slug)} for row in demands_of(case)]


def demands_of(case: Complaint) -> list[Demand]:
    known = content.current().demands
    return [known[slug] for slug in case.facts["demands"] if slug in known]


MOST_DOCUMENTS = 60


def document_lists(case: Complaint) -> dict[str, list[dict[str, Any]]]:
    """Documents of the case itself: of each sort the newest, and those before it; two queries."""
    mine = Document.objects.filter(complaint=case, letter=None).defer("model")
    named = mine.annotate(heading=KT("model__title")).order_by("-pk")
    rows = sorted(named[:MOST_DOCUMENTS], key=attrgetter("kind"))
    jobs = {job.key: job for job in Job.objects.filter(key__in=[row.job_key for row in rows])}
    newest: dict[tuple[str, str, bool], Document] = {}
    for row in rows:
        newest.setdefault((row.kind, row.file_format, row.is_masked), row)
    first = {row.pk for row in newest.values()}

    def shown(wanted: bool) -> list[dict[str, Any]]:
        chosen = [row for row in rows if (row.pk in first) == wanted]
        return [
            {"document": row, "title": _title(row), "job": jobs.get(row.job_key)} for row in chosen
        ]

    return {"documents": shown(True), "older_documents": shown(False)}


def _title(row: Document) -> str:
    """A dispute or a request is no complaint: the letter a case is filed with has its own title."""
    is_letter = row.kind == DocumentKind.LETTER
    return str(row.heading if is_letter else row.get_kind_display())  # type: ignore[attr-defined]


def letter_rows(case: Complaint) -> list[Document]:
    """Files of frozen letters that are there to be fetched, with the letter."""
    rows = Document.objects.filter(complaint=case, state=DocumentState.READY).exclude(letter=None)
    return list(
        rows.select_related("letter").defer("model", "letter__model").order_by("-letter_id", "pk")
    )
