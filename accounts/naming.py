"""What a notice is about, in the words of the app that owns the thing: for pages of the site only.

E-mails never say it: they pass through other companies' servers (accounts.wording).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from accounts.models import Notice, User

# Of these things of this person (by the id in `about`): their names in the active language.
Names = Callable[[User, Sequence[str]], Mapping[str, str]]
_names: dict[str, Names] = {}


def says_names(prefix: str, names: Names) -> None:
    """`names` knows the things whose notices are about `prefix:…`. Apps say this when they load."""
    _names[prefix] = names


def names_of(owner: User, notices: Iterable[Notice]) -> dict[int, str]:
    """The names by the key of the notice, of those that have one: one query a prefix."""
    by_prefix: dict[str, dict[int, str]] = {}
    for row in notices:
        prefix, _colon, thing = row.about.partition(":")
        by_prefix.setdefault(prefix, {})[row.pk] = thing
    found: dict[int, str] = {}
    for prefix in by_prefix.keys() & _names.keys():
        things = by_prefix[prefix]
        named = _names[prefix](owner, list(things.values()))
        found |= {pk: named[thing] for pk, thing in things.items() if thing in named}
    return found
