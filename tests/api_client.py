"""A client that signs in with a token, as a program does."""

import json

from django.test import Client
from django.utils import timezone

from accounts.enums import Scope
from accounts.services import create_token

EVERY_SCOPE = tuple(Scope.values)


def make_token(owner, *scopes, days=90, name="test"):
    """(row, key); all scopes when none is named."""
    return create_token(
        owner=owner,
        name=f"{name} {timezone.now().timestamp()}",
        scopes=list(scopes or EVERY_SCOPE),
        days=days,
        now=timezone.now(),
    )


class ApiClient(Client):
    """Speaks JSON, enforces CSRF like a browser would, and carries one token."""

    def __init__(self, key=None, **defaults):
        headers = {"authorization": f"Bearer {key}"} if key else {}
        super().__init__(enforce_csrf_checks=True, headers=headers, **defaults)

    def send(self, method, address, body=None, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        data = b"" if body is None else json.dumps(body)
        return self.generic(
            method.upper(), address, data, content_type="application/json", headers=names
        )


def with_token(owner, *scopes):
    return ApiClient(make_token(owner, *scopes)[1])
