"""Ending every sign-in of a person, wherever sessions are kept."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User

CHUNK_ROWS = 500


def end_sessions(user: User) -> None:
    """Those the devices page knows, and those it never heard of. Twice: nothing left to do."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = set(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    for session in Session.objects.iterator(chunk_size=CHUNK_ROWS):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            keys.add(session.session_key)
    for key in keys:
        store(key).delete()
