"""Erasing an account: every row of the person and every file made for him."""

from django.db import transaction

from accounts.models import User
from complaints.models import Document, Evidence
from complaints.vault.files import delete_on_commit, names_of


@transaction.atomic
def erase_account(*, user: User) -> None:
    """Delete the person with everything that belongs to him (PIPL arts 15, 47).

    Rows go by cascade in one transaction; files go once that has committed, so that a failure
    leaves either everything or nothing readable. Jobs keep ids only, which then name nothing.
    Evidence is unreadable from the commit on, in every copy: its keys were in the rows.
    """
    evidence = names_of(Evidence.objects.for_user(user))
    files = [
        (document.file.storage, document.file.name)
        for document in Document.objects.for_user(user)
        if document.file
    ]
    user.delete()
    delete_on_commit(evidence)
    for storage, name in files:
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]
