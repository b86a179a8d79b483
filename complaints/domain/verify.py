"""Codes under which anybody can check that a file is one of ours. Pure."""

# No I, O, 0, 1: a code is typed from paper. 13 letters of 32 are 65 bits: not to be guessed.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS = (5, 4, 4)


def spelled(digest: str) -> str:
    """A code such as `ABCDE-FGHJ-KLMN` from a hexadecimal digest of at least 65 bits."""
    number, letters = int(digest, 16), []
    for _place in range(sum(GROUPS)):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return _grouped("".join(letters))


def normal(text: str) -> str:
    """A code as it was typed, as codes are kept; empty when it cannot be one."""
    letters = "".join(char for char in text.upper() if char not in " -\u3000—")
    whole = len(letters) == sum(GROUPS) and set(letters) <= set(LETTERS)
    return _grouped(letters) if whole else ""


def _grouped(letters: str) -> str:
    first, second = GROUPS[0], GROUPS[0] + GROUPS[1]
    return "-".join((letters[:first], letters[first:second], letters[second:]))
