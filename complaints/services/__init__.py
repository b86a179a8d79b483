"""The only writers of this app; import them from here."""

from complaints.services.clocks import start_clock
from complaints.services.documents import request_document, retry_document
from complaints.services.drafts import (
    StaleDraft,
    delete_draft,
    draft_expires_on,
    local_day,
    save_stage,
    start_draft,
)
from complaints.services.evidence import (
    AlreadyKept,
    add_evidence,
    describe_evidence,
    mask_evidence,
    move_evidence,
    remove_evidence,
    restore_evidence,
)
from complaints.services.feeds import close_feed, open_feed
from complaints.services.filing import (
    KeyReused,
    file_complaint,
    file_once,
)
from complaints.services.follow_ups import answer_follow_up
from complaints.services.letters import (
    StaleLetter,
    amend_letter,
    discard_letter,
    draft_letter,
    edit_letter,
    freeze_letter,
    record_reminder,
)
from complaints.services.messages import (
    after_reply,
    delete_message,
    edit_message,
    log_message,
)
from complaints.services.office import add_note, assign, set_priority
from complaints.services.outcomes import close_case, mark_demands
from complaints.services.questions import (
    Tick,
    add_question,
    ask_questions,
    mark_question,
    mark_questions,
    remove_question,
    reword_question,
)
from complaints.services.removing import (
    hold_complaint,
    release_complaint,
    remove_complaint,
    restore_complaint,
)
from complaints.services.steps import (
    act,
    extend_step,
    give_up_step,
    open_step,
    record_number,
    record_reply,
    record_sent,
    restart_step,
    restarts_on,
    take_up_step,
)

__all__ = [
    "AlreadyKept",
    "KeyReused",
    "StaleDraft",
    "StaleLetter",
    "Tick",
    "act",
    "add_evidence",
    "add_note",
    "add_question",
    "after_reply",
    "amend_letter",
    "answer_follow_up",
    "ask_questions",
    "assign",
    "close_case",
    "close_feed",
    "delete_draft",
    "delete_message",
    "describe_evidence",
    "discard_letter",
    "draft_expires_on",
    "draft_letter",
    "edit_letter",
    "edit_message",
    "extend_step",
    "file_complaint",
    "file_once",
    "freeze_letter",
    "give_up_step",
    "hold_complaint",
    "local_day",
    "log_message",
    "mark_demands",
    "mark_question",
    "mark_questions",
    "mask_evidence",
    "move_evidence",
    "open_feed",
    "open_step",
    "record_number",
    "record_reminder",
    "record_reply",
    "record_sent",
    "release_complaint",
    "remove_complaint",
    "remove_evidence",
    "remove_question",
    "request_document",
    "restart_step",
    "restarts_on",
    "restore_complaint",
    "restore_evidence",
    "retry_document",
    "reword_question",
    "save_stage",
    "set_priority",
    "start_clock",
    "start_draft",
    "take_up_step",
]
