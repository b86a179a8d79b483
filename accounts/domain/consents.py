"""Which wording of the separate consent counts now (PIPL arts 14 and 29)."""

FINANCIAL_TEXT = "2026-11-22"
"""Of the text that people agree to before anything about limits and credit is stored. Another text
asks everybody again."""
