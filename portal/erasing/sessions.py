"""Ending every sign-in of a person, wherever sessions are kept, and forgetting those that ended."""

from datetime import datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User

CHUNK_ROWS = 500


def forget_ended_sessions(now: datetime) -> None:
    """Sessions that ran out, then the devices without one: their addresses are nobody's need any
    more. A device younger than a session may be one that is signing in. Twice: nothing left."""
    Session.objects.filter(expire_date__lt=now).delete()
    old = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    devices = UserSession.objects.filter(created_at__lt=old)
    devices.exclude(session_key__in=Session.objects.values("session_key")).delete()


def end_sessions(user: User) -> None:
    """Those the devices page knows, and those it never heard of. Twice: nothing left to do."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = set(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    for session in Session.objects.iterator(chunk_size=CHUNK_ROWS):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            keys.add(session.session_key)
    for key in keys:
        store(key).delete()
