"""The API of this app; portal/urls.py gives the addresses."""

from complaints.api.cases import act, complaint, complaints, mark_demands
from complaints.api.clocks import clock
from complaints.api.documents import document, document_file, documents
from complaints.api.evidence import describe, evidence, evidence_of_case, mask, restore
from complaints.api.evidence_files import evidence_file
from complaints.api.following import close_feed, feeds, follow_up, follow_ups
from complaints.api.letters import (
    amend_letter,
    edit_letter,
    freeze_letter,
    letter,
    letters,
    send_letter,
)
from complaints.api.messages import mark_question, messages, questions
from complaints.api.steps import (
    extend,
    give_up,
    number,
    reply,
    restart,
    sent,
    step,
    steps,
    take_up,
)

__all__ = [
    "act",
    "amend_letter",
    "clock",
    "close_feed",
    "complaint",
    "complaints",
    "describe",
    "document",
    "document_file",
    "documents",
    "edit_letter",
    "evidence",
    "evidence_file",
    "evidence_of_case",
    "extend",
    "feeds",
    "follow_up",
    "follow_ups",
    "freeze_letter",
    "give_up",
    "letter",
    "letters",
    "mark_demands",
    "mark_question",
    "mask",
    "messages",
    "number",
    "questions",
    "reply",
    "restart",
    "restore",
    "send_letter",
    "sent",
    "step",
    "steps",
    "take_up",
]
