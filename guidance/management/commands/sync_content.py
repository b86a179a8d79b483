"""Load guidance/data/*.yaml whole or not at all; `--check` only looks."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from guidance import content
from guidance.domain.loading import ContentError, build_knowledge


class Command(BaseCommand):
    help = "Load the reviewed content into the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="check the files, write nothing")
        parser.add_argument("--directory", type=Path, default=content.DATA)

    def handle(self, *args: Any, check: bool, directory: Path, **options: Any) -> None:
        try:
            if check:
                files = content.read_files(directory)
                build_knowledge(files, "check")
                counts = {kind: len(rows) for kind, rows in files.items()}
                self.stdout.write(f"content is sound: {counts}")
            else:
                release = content.sync(directory)
                self.stdout.write(f"content {release.version}")
        except ContentError as error:
            raise CommandError(str(error)) from error
