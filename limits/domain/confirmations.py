"""What the lender's words, or a paper of the person's own, mean for the ranking."""

STATED, DOCUMENT = "stated", "document"


def documents(kind: str, cause: str, in_writing: bool) -> dict[str, str]:
    """What `limits.domain.causes.rank_causes` takes as `documents`, from one confirmation.

    `kind` is a value of limits.enums.ConfirmationKind. A specific reason counts once it is in
    writing: what was said on the phone can be denied. A general phrase or no reason weighs nothing.
    """
    if kind == "specific" and in_writing:
        return {cause: STATED}
    if kind == "document":
        return {cause: DOCUMENT}
    return {}
