"""What a notice is about, in the words of the app that owns the thing: for pages of the site only.

E-mails never say it: they pass through other companies' servers (accounts.wording).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from accounts.models import Notice, User, by_prefix

# Of these things of this person (by the id in `about`): their names in the active language.
Names = Callable[[User, Sequence[str]], Mapping[str, str]]
_names: dict[str, Names] = {}


def says_names(prefix: str, names: Names) -> None:
    """`names` knows the things whose notices are about `prefix:…`. Apps say this when they load."""
    _names[prefix] = names


def names_of(owner: User, notices: Iterable[Notice]) -> dict[int, str]:
    """The names by the key of the notice, of those that have one: one query a prefix."""
    found: dict[int, str] = {}
    for prefix, group in by_prefix(notices).items():
        names = _names.get(prefix)
        named = names(owner, [row.thing for row in group]) if names else {}
        found |= {row.pk: named[row.thing] for row in group if row.thing in named}
    return found
