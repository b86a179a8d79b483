"""Days and moments: what is read, what is refused and with which code."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from inputs.clock import SHANGHAI, today
from inputs.dates import FIRST_DAY, LAST_DAY, parse_day, parse_moment
from inputs.errors import InputError

DAYS = [
    ("2025-01-05", date(2025, 1, 5)),
    ("2025/1/5", date(2025, 1, 5)),
    ("2025.1.5", date(2025, 1, 5)),
    ("2025年1月5日", date(2025, 1, 5)),
    ("2025 年 1 月 5 号", date(2025, 1, 5)),
    ("20250105", date(2025, 1, 5)),
    ("２０２５－０１－０５", date(2025, 1, 5)),
    ("２０２５年１月５日", date(2025, 1, 5)),
    (" 2025-01-05\n", date(2025, 1, 5)),
    ("2024-02-29", date(2024, 2, 29)),
    ("1990-01-01", FIRST_DAY),
    ("2100-12-31", LAST_DAY),
    ("2025-02-30", "impossible"),
    ("2023-02-29", "impossible"),
    ("2025-04-31", "impossible"),
    ("2025-13-01", "impossible"),
    ("2025-00-10", "impossible"),
    ("2025-01-00", "impossible"),
    ("20251305", "impossible"),
    ("1989-12-31", "too_early"),
    ("0001-01-01", "too_early"),
    ("0000-01-01", "too_early"),
    ("2101-01-01", "too_late"),
    ("9999-12-31", "too_late"),
    ("2025-W01-1", "format"),
    ("2025-001", "format"),
    ("05/01/25", "format"),
    ("25-01-05", "format"),
    ("05/01/2025", "format"),
    ("2025-1/5", "format"),
    ("2025年1月", "format"),
    ("2025-01-05T00:00", "format"),
    ("-2025-01-05", "format"),
    ("٢٠٢٥-٠١-٠٥", "format"),
    ("12025-01-05", "format"),
    ("今天", "format"),
    ("2025-01-05\u200b", "invisible"),
    ("\u3000\u200b", "required"),
]

MOMENTS = [
    ("2025-01-05 14:30", "2025-01-05T14:30:00+08:00"),
    ("2025-01-05T14:30:59.25", "2025-01-05T14:30:59.250000+08:00"),
    ("2025年1月5日14时30分", "2025-01-05T14:30:00+08:00"),
    ("２０２５/１/５　１４：３０", "2025-01-05T14:30:00+08:00"),
    ("20250105 0:00", "2025-01-05T00:00:00+08:00"),
    ("2025-01-01T00:00:00+14:00", "2024-12-31T18:00:00+08:00"),
    ("2025-01-01T00:00:00Z", "2025-01-01T08:00:00+08:00"),
    ("2025-01-01 00:00 -0800", "2025-01-01T16:00:00+08:00"),
    ("1991-09-15 01:30", "1991-09-15T01:30:00+09:00"),
    ("1990-04-15 02:30", "nonexistent"),
    ("1991-04-14 02:30", "nonexistent"),
    ("1988-04-17 02:30", "too_early"),
    ("0001-01-01 00:00", "too_early"),
    ("0001-01-01 00:00+14:00", "too_early"),
    ("9999-12-31 23:59-14:00", "too_late"),
    ("1990-01-01 00:00+14:00", "too_early"),
    ("2100-12-31 23:00Z", "too_late"),
    ("2025-01-01 24:00", "hour_24"),
    ("2025-01-01 24:01", "impossible_time"),
    ("2025-01-01 25:00", "impossible_time"),
    ("2025-01-01 23:60", "impossible_time"),
    ("2025-01-01 23:59:60", "impossible_time"),
    ("2025-01-01 12:00+14:01", "impossible_time"),
    ("2025-01-01 12:00+01:60", "impossible_time"),
    ("2025-02-30 12:00", "impossible"),
    ("2025-01-01", "format"),
    ("2025-01-112:30", "format"),
    ("14:30", "format"),
    ("2025-01-01 2:30 PM", "format"),
    ("", "required"),
]


def ids(rows):
    return [repr(row[0])[:32] for row in rows]


@pytest.mark.parametrize(("typed", "expected"), DAYS, ids=ids(DAYS))
def test_a_day_is_read_or_refused(typed, expected):
    if isinstance(expected, date):
        assert parse_day(typed) == expected
    else:
        with pytest.raises(InputError) as refused:
            parse_day(typed)
        assert refused.value.code == expected


@pytest.mark.parametrize(("typed", "expected"), MOMENTS, ids=ids(MOMENTS))
def test_a_moment_is_read_or_refused(typed, expected):
    if "T" in expected:
        moment = parse_moment(typed)
        assert moment.isoformat() == expected
        assert moment.tzinfo is SHANGHAI
    else:
        with pytest.raises(InputError) as refused:
            parse_moment(typed)
        assert refused.value.code == expected


def test_a_day_after_the_last_allowed_one_is_refused():
    assert parse_day("2025-01-05", not_after=date(2025, 1, 5)) == date(2025, 1, 5)
    with pytest.raises(InputError, match="不能晚于今天（北京时间）"):
        parse_day("2025-01-06", not_after=date(2025, 1, 5))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 6, 1, 15, 59, 59, tzinfo=UTC), date(2025, 6, 1)),
        (datetime(2025, 6, 1, 16, 0, 0, tzinfo=UTC), date(2025, 6, 2)),
        (datetime(2025, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=-8))), date(2025, 6, 2)),
    ],
)
def test_the_day_changes_at_midnight_in_beijing(moment, day):
    assert today(moment) == day
    with time_machine.travel(moment, tick=False):
        assert today() == day


def test_a_naive_moment_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        today(datetime(2025, 1, 1))


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_every_way_of_writing_gives_the_same_day(day):
    ways = ["{0}-{1:02}-{2:02}", "{0}/{1}/{2}", "{0}.{1}.{2}", "{0}年{1}月{2}日", "{0}{1:02}{2:02}"]
    for way in ways:
        text = way.format(day.year, day.month, day.day)
        assert parse_day(text) == day
        assert parse_day(text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == day


# Narrower than parse_moment by a day, so that an offset cannot carry a moment out of range.
@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 12, 30)), st.integers(-840, 840))
def test_the_same_instant_with_any_offset(naive, minutes):
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_moment(moment.isoformat()) == moment
    assert parse_moment(moment.astimezone(SHANGHAI).isoformat()) == moment


@given(st.text(max_size=60) | st.text("0123456789-/.:+TZ年月日时 ", max_size=30))
def test_any_text_is_a_day_a_moment_or_a_refusal(text):
    for parse in (parse_day, parse_moment):
        try:
            assert parse(text)
        except InputError as error:
            assert str(error)
