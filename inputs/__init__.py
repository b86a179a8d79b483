"""What may come in: money, days and text as people write them, for forms, API and models alike.

`money`, `dates`, `texts`, `counts` and `errors` are plain Python; `forms`, `serializers` and
`models` wrap them, so that all three give the same value or the same refusal.
"""
