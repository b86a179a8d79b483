"""Everything between a fresh clone and a running site, each step skipped when nothing changed."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from accounts.models import User
from portal.erasing import erase_again

OPERATOR = "operator@example.org"


class Command(BaseCommand):
    help = "Set up the database, content and static files, then run all processes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load a marked demo world first")
        parser.add_argument("--prepare-only", action="store_true", help="set up, start nothing")

    def handle(self, *args: Any, demo: bool, prepare_only: bool, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("check", databases=["default"])
        call_command("sync_content")
        call_command("sync_groups")
        self._erase_again()
        self._collect_static()
        self._first_operator()
        if demo:
            call_command("load_demo")
        if not prepare_only:
            call_command("runall")

    def _erase_again(self) -> None:
        """A restored backup may bring back people who were erased since."""
        if count := erase_again():
            self.stdout.write(f"erased again after a restore: {count}")

    def _collect_static(self) -> None:
        """The post-processing costs seconds: done again only when a file changed."""
        stamp, now = settings.DATA_DIR / "static.stamp", _static_fingerprint()
        if stamp.exists() and stamp.read_text() == now:
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(now)

    def _first_operator(self) -> None:
        """Embedded only: an operator for the back office, its password in a file of mode 0600."""
        note = settings.DATA_DIR / "operator-password"
        if not settings.PRODUCTION and not User.objects.filter(is_superuser=True).exists():
            password = secrets.token_urlsafe(12)
            _make_operator(password)
            note.touch(mode=0o600)
            note.write_text(password + "\n")
        self.stdout.write(f"back office: {settings.SITE_URL}/office/")
        if note.exists():
            self.stdout.write(
                f"  sign in as {OPERATOR} with the password in {note}, then set up a second factor"
            )


@transaction.atomic
def _make_operator(password: str) -> None:
    user = User.objects.create_superuser(OPERATOR, password)
    EmailAddress.objects.create(user=user, email=OPERATOR, verified=True, primary=True)


def _static_fingerprint() -> str:
    files = sorted(path for path in Path(settings.BASE_DIR, "static").rglob("*") if path.is_file())
    lock = Path(settings.BASE_DIR, "requirements.txt").read_bytes()
    parts = [f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files]
    return hashlib.sha256(lock + "\n".join(parts).encode()).hexdigest()
