"""Workers of imports: read and check a table, save its good rows, explain what was saved.

All are safe to run twice: reading stores everything in one transaction with "checked", saving
skips rows that are in the ledger already, explaining the same inputs gives the same row.
"""

from limits.importers.reading import (
    LIMITS,
    MAX_ROWS,
    catalogue_of,
    checked_table,
    purge,
    read_import,
)
from limits.importers.saving import assess_import, save_import

__all__ = [
    "LIMITS",
    "MAX_ROWS",
    "assess_import",
    "catalogue_of",
    "checked_table",
    "purge",
    "read_import",
    "save_import",
]
