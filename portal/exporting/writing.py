"""A ZIP being written: its members with their hashes, and what could not be put in."""

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import User

# Not the day it was made: times of members say nothing.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
MANIFEST = "manifest.txt"
# Packed already: another pass costs time and saves nothing.
PACKED_ALREADY = ("pdf", "docx", "jpg", "png", "webp", "heic", "mp3", "m4a", "aac", "wav", "amr")
HEAD = (
    "# SHA-256 of every file in this copy: sha256sum --check manifest.txt\n"
    "# 这份副本里每个文件的 SHA-256\n"
)


@dataclass
class Writing:
    """`places` says under which path a file of a row lies: (model, key, field) → path."""

    archive: zipfile.ZipFile
    owner: User
    sums: list[tuple[str, str]] = field(default_factory=list)
    places: dict[tuple[str, int, str], str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def put(self, path: str, pieces: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        with self.archive.open(_entry(path), "w") as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
        self.sums.append((digest.hexdigest(), path))

    def put_text(self, path: str, text: Iterable[str]) -> None:
        self.put(path, (piece.encode() for piece in text))

    def put_manifest(self) -> None:
        """Last: it tells of all before it, and of what is not there."""
        lines = [HEAD, *(f"{sha256}  {path}\n" for sha256, path in self.sums)]
        lines += [f"# missing 缺少: {what}\n" for what in self.missing]
        with self.archive.open(_entry(MANIFEST), "w") as out:
            for line in lines:
                out.write(line.encode())


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    if path.rpartition(".")[2].lower() in PACKED_ALREADY:
        entry._compresslevel = 0  # type: ignore[attr-defined]
    return entry
