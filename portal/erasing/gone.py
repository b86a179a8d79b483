"""What a deletion took: counts for the receipt, names of files for the job that deletes them."""

from dataclasses import dataclass, field
from typing import Any

from accounts.data_map import data_map

FILES = "files"


@dataclass
class Gone:
    """`rows` by the label of a model. `address` is needed once more, to clear mail on this disk."""

    rows: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    address: str = ""

    @property
    def is_something(self) -> bool:
        return bool(self.files) or any(self.rows.values())

    def added_to(self, before: dict[str, Any]) -> dict[str, int]:
        """Counts by group of the data map and of files, added to those of an earlier part."""
        counts: dict[str, int] = dict(before)
        models = data_map().models
        for label, count in self.rows.items():
            if count and label in models:
                group = models[label].group
                counts[group] = counts.get(group, 0) + count
        if self.files:
            counts[FILES] = counts.get(FILES, 0) + len(self.files)
        return counts
