"""A report that was read, as the golden files hold it: only what is there."""

import dataclasses
import datetime as dt


def as_json(value):
    if dataclasses.is_dataclass(value):
        pairs = ((item.name, getattr(value, item.name)) for item in dataclasses.fields(value))
        return {name: as_json(one) for name, one in pairs if one not in (None, "")}
    if isinstance(value, tuple):
        return [as_json(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
