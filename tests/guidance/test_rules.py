"""Deadline rules as versioned data: what each says, and which version holds on a day."""

import dataclasses
import datetime as dt

import pytest

from guidance import content
from guidance.domain.loading import ContentError, build_knowledge
from guidance.domain.rules import counts_alike, rule_from_json, rule_json, rule_versions

FILES = content.read_files()
KNOWN = build_knowledge(FILES, "test")
DAY = dt.date.fromisoformat

# code, amount, unit, rollover, ladder, in force from, strength; the facts of the reviewed sources.
LAW = """
D01 15 calendar unstated 30,60 2020-03-01 V2
D02 30 calendar unstated -     2020-03-01 V2
D03 30 calendar unstated -     2020-03-01 M-high
D04 7  working  no       -     2020-03-01 M-high
D05 15 calendar unstated -     2020-03-01 V2
D06 60 calendar unstated 90    2020-03-01 V2
D07 15 calendar unstated -     2025-06-01 V
D08 60 calendar unstated 90    2025-06-01 V
D09 2  month    unstated -     2025-06-01 V
D10 30 calendar unstated -     2025-06-01 V
D11 30 calendar unstated -     2025-06-01 V
D12 7  working  no       -     2020-11-01 V
D13 15 calendar unstated 60    2020-11-01 V
D14 20 calendar unstated -     2013-03-15 V
D15 30 calendar unstated -     2013-03-15 V
D16 5  year     unstated -     2013-03-15 V
D17 -  none     unstated -     2013-03-15 V
D18 7  working  no       -     2024-07-01 V
D19 60 calendar unstated -     2024-07-01 V
D20 60 calendar unstated -     2024-01-01 V
D21 5  working  no       -     2024-01-01 V
D22 60 calendar unstated 90    2024-01-01 V
D23 15 calendar unstated -     -          V
D24 6  month    unstated -     -          V
D25 3  year     yes      -     2021-01-01 V
D26 7  calendar unstated -     -          V
D27 15 working  no       -     2021-11-01 V
D28 -  none     unstated -     2024-12-31 V
D29 7  working  no       -     2024-12-31 V
D30 20 working  no       40    -          V
D31 -  none     unstated -     2025-12-22 V2
D32 15 calendar unstated -     2025-01-01 V
D33 -  none     unstated -     2022-12-01 V
"""
TABLE = [line.split() for line in LAW.strip().splitlines()]
CONSUMERS = {"D02", "D10", "D11", "D17", "D20", "D23", "D24", "D25"}


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_each_rule_says_what_the_sources_say(row):
    rule = KNOWN.rules[row[0]]
    ladder = ",".join(str(rung.total) for rung in rule.extensions)
    said = [rule.code, rule.amount, rule.unit, rule.rollover, ladder, rule.valid_from]
    assert [str(value or "-") for value in said] + [rule.strength] == row
    assert rule.start == "next-day"


def test_the_table_has_all_rules():
    assert [row[0] for row in TABLE] == list(KNOWN.rules)


def test_what_is_not_a_number_of_days():
    assert {code for code, rule in KNOWN.rules.items() if rule.soft} == {"D27"}
    assert {code for code, rule in KNOWN.rules.items() if rule.restart_on} == {"D01"}
    assert {code for code, rule in KNOWN.rules.items() if rule.actor == "consumer"} == CONSUMERS
    assert KNOWN.rules["D31"].closed_on == DAY("2026-03-31")


def version(number, valid_from=None, valid_to=None, **changes):
    fields = {
        "slug": f"d01-{number}",
        "version": str(number),
        "valid_from": valid_from and DAY(valid_from),
        "valid_to": valid_to and DAY(valid_to),
    }
    return dataclasses.replace(KNOWN.rules["D01"], **{**fields, **changes})


def with_versions(*rules):
    raw = [rule_json(rule) for rule in rules]
    others = [row for row in FILES["rules"] if row["code"] != "D01"]
    return build_knowledge({**FILES, "rules": [*others, *raw]}, "test")


OLD = version(1, "2020-03-01", "2026-12-31")
NEW = version(2, "2027-01-01", amount=10)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2019-01-01", "1"),
        ("2020-03-01", "1"),
        ("2026-12-31", "1"),
        ("2027-01-01", "2"),
        ("2035-01-01", "2"),
    ],
)
def test_the_version_in_force_on_a_day(day, number):
    known = with_versions(NEW, OLD)
    assert known.rule_on("D01", DAY(day)).version == number
    assert known.as_of(DAY(day)).rules["D01"].version == number
    assert known.as_of(DAY(day)).rules["D02"] == known.rules["D02"]


def test_between_two_versions_the_one_before_is_named_and_not_in_force():
    known = with_versions(version(1, "2020-03-01", "2020-12-31"), NEW)
    found = known.rule_on("D01", DAY("2024-01-01"))
    assert (found.version, found.is_valid_on(DAY("2024-01-01"))) == ("1", False)


def test_a_code_nobody_knows_has_no_version():
    assert KNOWN.rule_on("D99", DAY("2026-11-02")) is None


BROKEN = [
    ([OLD, version(2, "2026-12-31")], "d01-2: D01 overlaps with d01-1"),
    ([version(1, "2020-03-01"), NEW], "d01-2: D01 overlaps with d01-1"),
    ([version(1), version(2)], "D01 overlaps"),
    ([version(1, "2026-01-02", "2026-01-01")], "D01 ends before it begins"),
    ([OLD, version(1, "2027-01-01", slug="d01-again")], "D01 version 1 stands twice"),
    ([OLD, version(2, "2027-01-01", slug="d01-1")], "d01-1 stands twice"),
]


@pytest.mark.parametrize(("rules", "message"), BROKEN, ids=[message for _rules, message in BROKEN])
def test_versions_that_leave_it_open_which_holds_are_refused(rules, message):
    with pytest.raises(ContentError, match=message):
        with_versions(*rules)


def test_one_code_may_stand_in_several_records_of_the_database(known, tmp_path):
    for path in content.DATA.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    text = (tmp_path / "rules.yaml").read_text()
    start, end = text.index("- slug: d01"), text.index("- slug: d02")
    second = text[start:end].replace("d01-institution-reply", "d01-institution-reply-2027")
    second = second.replace("valid_from: 2020-03-01", "valid_from: 2027-01-01")
    second = second.replace("version: '1'", "version: '2'").replace("amount: 15", "amount: 10")
    first = text[start:end].replace(
        "valid_from: 2020-03-01", "valid_from: 2020-03-01\n  valid_to: 2026-12-31"
    )
    (tmp_path / "rules.yaml").write_text(text[:start] + first + second + text[end:])
    content.sync(tmp_path)
    content.forget()
    stored = content.current()
    assert [rule.version for rule in stored.rule_versions["D01"]] == ["1", "2"]
    assert stored.rule_on("D01", DAY("2027-06-01")).amount == 10
    content.sync()
    content.forget()


@pytest.mark.parametrize("code", list(KNOWN.rules))
def test_a_pinned_rule_reads_back_and_forgets_what_it_does_not_know(code):
    pinned = {**rule_json(KNOWN.rules[code]), "of_a_later_release": 1}
    assert rule_from_json(pinned) == KNOWN.rules[code]


def test_only_what_decides_a_day_makes_a_rule_another_one():
    one = KNOWN.rules["D01"]
    assert counts_alike(one, dataclasses.replace(one, note=KNOWN.rules["D02"].note))
    for changes in ({"amount": 10}, {"rollover": "yes"}, {"extensions": ()}, {"version": "2"}):
        assert not counts_alike(one, dataclasses.replace(one, **changes))


def test_codes_keep_the_order_of_the_file():
    rows = [NEW, KNOWN.rules["D02"], OLD]
    assert [(code, len(rules)) for code, rules in rule_versions(rows).items()] == [
        ("D01", 2),
        ("D02", 1),
    ]
