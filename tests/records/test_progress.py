"""Progress: counted by month, without goals."""

import datetime as dt

from records.domain.progress import progress_of

TODAY = dt.date(2026, 11, 22)
D = dt.date.fromisoformat


def test_this_month_this_year_and_the_last_twelve_months():
    found = progress_of(
        {
            D("2026-11-01"): 2,
            D("2026-11-22"): 1,
            D("2026-01-31"): 1,
            D("2025-12-01"): 4,
            D("2025-11-30"): 8,
        },
        TODAY,
    )
    assert (found.this_month, found.this_year, found.all) == (3, 4, 16)
    assert found.months == ((D("2026-11-01"), 3), (D("2026-01-01"), 1), (D("2025-12-01"), 4))


def test_nothing_done_is_no_reproach():
    found = progress_of({}, TODAY)
    assert (found.this_month, found.this_year, found.all, found.months) == (0, 0, 0, ())


def test_the_first_month_of_the_twelve_in_january():
    found = progress_of({D("2026-02-01"): 1, D("2026-01-31"): 1}, D("2027-01-05"))
    assert found.months == ((D("2026-02-01"), 1),)
