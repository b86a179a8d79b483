"""Sound is kept as it is and never played by the site; only what it is gets looked at.

Runs in the parsing process: no Django.
"""

from collections.abc import Iterator

from complaints.vault.answers import Clean, Refused

_CONTAINERS = (b"moov", b"trak", b"mdia")
_MOST_BOXES = 10_000


def checked_sound(data: bytes, media_type: str) -> Clean:
    """No rendition. Raises Refused for film and for what has a head and nothing behind it."""
    if media_type == "audio/mp4":
        kinds = set(_track_kinds(memoryview(data)))
        if b"vide" in kinds:
            raise Refused("video")
        if b"soun" not in kinds:
            raise Refused("broken")
    elif not _goes_on(data, media_type):
        raise Refused("broken")
    return Clean(b"", media_type)


def _goes_on(data: bytes, media_type: str) -> bool:
    """Behind the first bytes comes what they announce."""
    if media_type == "audio/x-wav":
        return b"fmt " in data[:64] and b"data" in data[:4096]
    return len(data) >= 16 if media_type == "audio/amr" else _has_frame(data)


def _track_kinds(data: memoryview) -> Iterator[bytes]:
    """What the tracks hold, "soun" or "vide" (ISO/IEC 14496-12, 8.4.3: the handler box)."""
    waiting, seen = [(0, len(data))], 0
    while waiting:
        start, end = waiting.pop()
        while start + 8 <= end and seen < _MOST_BOXES:
            seen += 1
            head, size = _box(data, start, end)
            kind = bytes(data[start + 4 : start + 8])
            if kind in _CONTAINERS:
                waiting.append((start + head, start + size))
            elif kind == b"hdlr":
                yield bytes(data[start + head + 8 : start + head + 12])
            start += size


def _box(data: memoryview, start: int, end: int) -> tuple[int, int]:
    """Bytes of the head and of the whole box; a size of 0 means: to the end."""
    size = int.from_bytes(data[start : start + 4], "big")
    head = 8
    if size == 1:
        size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
    size = size or end - start
    if size < head or start + size > end:
        raise Refused("broken")
    return head, size


def _has_frame(data: bytes) -> bool:
    """A frame header (eleven or twelve bits set) after the tag, if there is one."""
    start = 0
    if data[:3] == b"ID3" and len(data) > 10:
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0)))  # noqa: B905
    window = data[start : start + 65536]
    place = window.find(b"\xff")
    while 0 <= place < len(window) - 1:
        if window[place + 1] & 0xE0 == 0xE0:
            return True
        place = window.find(b"\xff", place + 1)
    return False
