"""Addresses as they are printed: of the site, never of the Host header."""

from django.conf import settings


def absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
