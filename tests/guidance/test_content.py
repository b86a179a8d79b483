"""The reviewed content: whole or not at all, with the place of what is wrong."""

import re
from pathlib import Path

import pytest

from guidance import content
from guidance.domain.loading import ContentError, build_knowledge
from guidance.models import ContentRelease, Record

FIRST_RULES = [f"D{number:02}" for number in range(1, 34)]


@pytest.fixture(scope="module")
def files():
    return content.read_files()


@pytest.fixture(scope="module")
def knowledge(files):
    return build_knowledge(files, "test")


def test_everything_the_facts_name_is_there(knowledge):
    assert list(knowledge.rules) == FIRST_RULES
    assert list(knowledge.tips) == [f"T{number:02}" for number in range(1, 47)]
    assert list(knowledge.channels) == [f"C{number:02}" for number in range(1, 20)]
    assert len(knowledge.causes) == 29
    assert len(knowledge.questions) == 32
    assert knowledge.holidays.years == {2024, 2025, 2026}


def texts(value):
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield value
        else:
            for item in value.values():
                yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize("kind", sorted(path.stem for path in content.DATA.glob("*.yaml")))
def test_every_text_stands_in_both_languages(files, kind):
    for record in files[kind]:
        for text in texts(record):
            assert text["zh"].strip(), record["slug"]
            assert text["en"].strip(), record["slug"]
            assert not re.search("PLACEHOLDER|TODO", text["zh"] + text["en"])


def test_no_record_is_overdue_for_review_before_it_is_released(files):
    for rows in files.values():
        for record in rows:
            assert record["reviewed_on"] < record["review_due_on"], record["slug"]


def test_article_numbers_only_where_somebody_read_the_text(knowledge):
    for rule in knowledge.rules.values():
        if rule.article or rule.print_article:
            assert rule.strength == "V", rule.code
    for ground in knowledge.grounds.values():
        for basis in ground.bases:
            assert not basis.articles or basis.strength == "V", ground.code


@pytest.mark.parametrize("word", ["转走", "卖给网商", "一定是因为", "就是因为"])
def test_forbidden_claims_stand_nowhere_in_causes(files, word):
    for record in files["causes"]:
        for text in texts(record):
            assert word not in text["zh"].replace("额度被转走”", ""), record["slug"]


def test_forbidden_patterns_bite_and_let_pass(knowledge):
    for phrase in knowledge.forbidden.values():
        assert phrase.examples
        for example in phrase.examples:
            assert re.search(phrase.pattern, example), (phrase.slug, example)
        for allowed in phrase.allowed:
            assert not re.search(phrase.pattern, allowed), (phrase.slug, allowed)


def test_holidays_agree_with_the_package(knowledge):
    import datetime as dt

    import holidays

    china = holidays.China(years=[2024, 2025, 2026])
    day = dt.date(2024, 1, 1)
    while day.year < 2027:
        assert knowledge.holidays.is_rest_day(day) != china.is_working_day(day), day
        day += dt.timedelta(days=1)


GOOD = Path(content.DATA)


def broken(tmp_path, file, old, new):
    for path in GOOD.glob("*.yaml"):
        text = path.read_text()
        if path.stem == file:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("causes", "tips: [T01", "tips: [T99", r"causes.yaml:\d+: segment-fit: no tip T99"),
        ("causes", "base: 1", "base: one", r"causes.yaml:\d+: segment-fit: Expected `int`"),
        ("causes", "group:", "grupo:", r"causes.yaml:\d+: segment-fit: unknown key grupo"),
        ("rules", "unit: calendar", "unit: lunar", r"rules.yaml:\d+: d01.*Invalid enum value"),
        ("tips", "- slug:", "- slug", r"tips.yaml:\d+"),
    ],
)
def test_a_broken_file_loads_nothing_and_names_the_place(db, tmp_path, file, old, new, message):
    before = ContentRelease.objects.count(), Record.objects.count()
    with pytest.raises(ContentError, match=message):
        content.sync(broken(tmp_path, file, old, new))
    assert (ContentRelease.objects.count(), Record.objects.count()) == before


def test_loading_twice_makes_no_new_release(db):
    first = content.sync()
    assert content.sync().pk == first.pk


def test_a_record_that_is_gone_is_retired_and_staff_records_stay(db, tmp_path):
    content.sync()
    mine = Record.objects.filter(kind="facts").first()
    data = {**mine.data, "slug": "added-by-staff"}
    content.save_staff_record(Record(kind="facts", data=data))
    changed = broken(tmp_path, "facts", mine.slug, f"{mine.slug}-renamed")
    content.sync(changed)
    gone = Record.objects.get(kind="facts", slug=mine.slug)
    assert gone.retired_at is not None
    assert Record.objects.get(slug="added-by-staff").retired_at is None
    content.sync()
    gone.refresh_from_db()
    assert gone.retired_at is None
