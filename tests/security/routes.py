"""Every route of the resolver, as (pattern, name)."""

from django.urls import URLPattern, URLResolver, get_resolver

PACKAGES = ("accounts/",)
OFFICE = "office/"


def every_route() -> list[str]:
    return sorted(set(_walk(get_resolver().url_patterns, "")))


def _walk(patterns, prefix):
    for item in patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, route)
        elif isinstance(item, URLPattern):
            yield route
