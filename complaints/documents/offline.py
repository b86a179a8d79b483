"""The page in a bundle that checks its files without a network: one file, opened from a disk."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings

PARTS = Path(__file__).parents[1] / "offline"


def offline_page(data: dict[str, Any]) -> str:
    """The page with its data inside. Its policy lets nothing run but its own script, by hash, and
    nothing be fetched; `<` in the data cannot end the element it stands in."""
    style, script = _part("verify.css"), f"{_hashing()}\n{_part('verify.js')}"
    policy = (
        f"default-src 'none'; script-src '{_hash_of(script)}'; style-src '{_hash_of(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    told = json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    page = _part("verify.html")
    for mark, text in (("POLICY", policy), ("STYLE", style), ("SCRIPT", script)):
        page = page.replace(f"__{mark}__", text)
    # Last: what is in the data is never looked at for marks.
    return page.replace("__MANIFEST__", told)


def _part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")


def _hashing() -> str:
    """The same script the public page uses."""
    return (Path(settings.BASE_DIR) / "static" / "js" / "sha256.js").read_text(encoding="utf-8")


def _hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
