"""Run as a program, with a data folder of its own: `python -m tests.portal.canary_world <step>`.

Real files, a real database file with its log of changes, and the worker's own code: what a test
inside one transaction cannot show. Prints one line of JSON.
"""

import json
import os
import sys

MINE, THEIRS = "cnrymine7f3a", "cnrytheirs9b1c"


def main(step: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    print(json.dumps(STEPS[step]()))


def build() -> dict[str, int]:
    """Two people who own one of everything; mail to both lies in the folder of mail."""
    from django.core.mail import send_mail
    from django.core.management import call_command

    from tests.factories import UserFactory
    from tests.own_data import everything

    call_command("migrate", verbosity=0)
    call_command("sync_content", verbosity=0)
    call_command("sync_groups", verbosity=0)
    staff = UserFactory(staff=True)
    for number, word in enumerate((MINE, THEIRS)):
        owner = UserFactory(email=f"person-{number}@example.org")
        everything(owner, word, staff=staff)
        owner.refresh_from_db()
        send_mail("x", "x", None, [owner.email])
        _sign_in(owner)
    _work()
    return {}


def _sign_in(owner):
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(owner.pk)
    session["typed"] = owner.email
    session.save()


def _work():
    from tests.jobs_runner import run_claimable

    run_claimable(1000)


def _person(word):
    from accounts.models import User

    return User.objects.filter(email__startswith=word).first()


def export():
    """What is in the copy of the first person: members with each word, and all the text."""
    import io
    import zipfile

    from accounts.models import Export
    from accounts.services import request_export
    from complaints.documents import sealed

    Export.objects.all().delete()
    made, _new = request_export(owner=_person(MINE), language="zh-hans")
    _work()
    made.refresh_from_db()
    archive = zipfile.ZipFile(io.BytesIO(b"".join(sealed.pieces(made))))
    found = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    return {
        "mine": [name for name, text in found.items() if MINE in text],
        "theirs": [name for name, text in found.items() if THEIRS in text],
    }


def erase():
    from django.utils import timezone

    from accounts.services import request_erasure

    asked = request_erasure(owner=_person(MINE), at_once=True, now=timezone.now())
    _work()
    asked.refresh_from_db()
    return {"state": asked.state, "receipt": asked.receipt_no}


def restored():
    """In a backup put back: what of the first person can still be opened."""
    from accounts.crypto import SealBroken
    from complaints.documents import sealed
    from complaints.models import Document, Evidence
    from complaints.vault import files
    from limits.models import Confirmation, SealedAnswer
    from portal.exporting.values import OPENED
    from records.models import Circumstances

    owner, opened = _person(MINE), []

    def attempt(name, work):
        try:
            work()
        except (SealBroken, FileNotFoundError, files.FileDamaged):
            return
        opened.append(name)

    for row in Evidence.objects.filter(owner=owner):
        attempt("evidence", lambda row=row: files.read(row, files.FileRole.ORIGINAL))
    for row in Document.objects.filter(owner=owner).exclude(file=""):
        attempt("document", lambda row=row: sealed.whole(row))
    for model, place in (
        (SealedAnswer, "limits.SealedAnswer.sealed"),
        (Confirmation, "limits.Confirmation.sealed"),
        (Circumstances, "records.Circumstances.sealed_income"),
    ):
        for row in model.objects.filter(owner=owner):
            attempt(place, lambda row=row, place=place: OPENED[place](row))
    counts = [Evidence.objects.filter(owner=owner).count(), SealedAnswer.objects.count()]
    return {"opened": opened, "rows": counts}


def prepare():
    """As `serve --prepare-only` does after a restore."""
    from portal.erasing import checkpoint, erase_again

    count = erase_again()
    _work()
    checkpoint()
    return {"count": count, "left": _person(MINE) is not None}


STEPS = {
    "build": build,
    "export": export,
    "erase": erase,
    "restored": restored,
    "prepare": prepare,
}

if __name__ == "__main__":
    main(sys.argv[1])
