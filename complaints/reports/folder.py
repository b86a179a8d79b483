"""A folder for one rendering: the pictures of its annex, and nothing else the engine could read."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# A disk must not see the pictures plain, where that can be had.
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108
PREFIX = "limit-ledger-annex-"
LEFT_BEHIND = 3600.0
"""Seconds; a rendering takes less than one. Only a killed process leaves its folder."""


@contextmanager
def private_folder(pictures: Mapping[str, bytes]) -> Iterator[Path]:
    """The pictures under their names, readable by this user only; gone when the block ends."""
    parent = _parent(sum(map(len, pictures.values())))
    _sweep(parent)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as made:
        for name, data in pictures.items():
            (Path(made) / f"{_safe(name)}.jpg").write_bytes(data)
        yield Path(made)


def _safe(name: str) -> str:
    """Names are ours (complaints.domain.report.proof); anything else is a mistake."""
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise ValueError("not a name of a picture")
    return name


def _parent(size: int) -> Path:
    plain = Path(tempfile.gettempdir())
    if not IN_MEMORY.is_dir():
        return plain
    return IN_MEMORY if shutil.disk_usage(IN_MEMORY).free > 2 * size + 2**20 else plain


def _sweep(parent: Path) -> None:
    """What a killed process left behind. Others' folders cannot be removed and stay."""
    before = time.time() - LEFT_BEHIND
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            if folder.lstat().st_mtime < before and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            continue
