"""A person with one of everything of a case, for tests of the API."""

import datetime as dt

from complaints import services
from complaints.models import AskedQuestion, Document, Evidence, FollowUp, Message
from limits.explaining import fingerprint
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import file, log

DAY = dt.date(2026, 11, 3)
TODAY = dt.date(2026, 11, 22)


def sent(step, on=DAY, received=DAY):
    return services.record_sent(
        step=step, actor=step.owner, sent_on=on, received_on=received, reference_no="A1"
    )


def answered(step, text="经综合评估，暂不符合要求。"):
    return services.record_reply(
        step=sent(step),
        actor=step.owner,
        answered_on=DAY,
        answer_text=text,
        reply_kind="generic",
    )


def open_step(case, channel, rule, recipient="某某单位"):
    return services.open_step(
        complaint=case,
        channel_code=channel,
        recipient=recipient,
        rule_code=rule,
        actor=case.owner,
    )


def one_of_everything(owner):
    """Ids by the word that stands for them in an address."""
    change = log(owner)
    case = file(owner, change)
    running = sent(open_step(case, "C05", "D04"))
    restartable = sent(open_step(case, "C01", "D01"))
    given_up = services.give_up_step(
        step=sent(open_step(case, "C05", "D04", "另一家")),
        actor=owner,
        ended_on=TODAY,
        why="没人理",
    )
    frozen = freeze(services.draft_letter(complaint=case, kind="explain", today=TODAY))
    evidence = keep(owner, hostile.png(), "屏幕.png", complaint=case)
    picture = keep(owner, hostile.png(40), "另一张.png", complaint=case)
    looked_at = {"state": "ready", "rendition_type": "image/png", "rendition_sha256": "0" * 64}
    Evidence.objects.filter(pk=picture.pk).update(**looked_at)
    letter = services.draft_letter(complaint=case, kind="complaint", today=TODAY)
    message = Message.objects.create(
        owner=owner,
        complaint=case,
        direction="in",
        medium="call",
        happened_on=DAY,
        text="说是综合评估。",
    )
    question = AskedQuestion.objects.create(owner=owner, complaint=case, text="依据是什么？")
    follow_up = FollowUp.objects.create(owner=owner, complaint=case, due_on=TODAY)
    feed, _secret = services.open_feed(owner=owner)
    return {
        "change": change.public_id,
        "complaint": case.public_id,
        "step": case.steps.order_by("pk").first().public_id,
        "running": running.public_id,
        "restartable": restartable.public_id,
        "given_up": given_up.public_id,
        "evidence": evidence.public_id,
        "picture": picture.public_id,
        "letter": letter.public_id,
        "seen": fingerprint(letter.typed),
        "frozen": frozen.public_id,
        "document": Document.objects.filter(complaint=case).order_by("pk").first().public_id,
        "message": message.public_id,
        "question": question.public_id,
        "follow_up": follow_up.public_id,
        "feed": feed.public_id,
    }


def freeze(letter):
    """As the page freezes it."""
    from complaints.forms.letters import letter_form

    form = letter_form(letter, letter.typed)
    assert form.is_valid(), form.errors
    return services.freeze_letter(
        letter=letter, actor=letter.owner, values=form.cleaned_data, today=TODAY
    )
