"""Nothing is lost and nothing is doubled, however often workers are killed; and the test can tell."""

import contextlib

import pytest

from tests.jobs.harness import Embedded, Run, ScaleOut

pytestmark = pytest.mark.kill

needs_servers = pytest.mark.skipif(
    not ScaleOut.available(),
    reason="no PostgreSQL and Redis answer (TEST_DATABASE_URL, TEST_REDIS_URL)",
)
PLACES = [
    pytest.param(Embedded, id="embedded"),
    pytest.param(ScaleOut, id="scale-out", marks=needs_servers),
]


def run(place_class, figures, **options):
    with contextlib.closing(place_class()) as place:
        found = Run(place, **options).go()
    figures.append(found)
    return found


@pytest.mark.parametrize("place_class", PLACES)
def test_nothing_is_lost_or_doubled_under_kill_9(place_class, figures):
    found = run(place_class, figures, jobs=300, kills=40)
    assert found.jobs == 300
    assert found.kills >= 40
    assert all(found.at_points.values())
    assert found.reruns > 0
    assert (found.lost, found.doubled) == (0, 0)


@pytest.mark.parametrize("place_class", PLACES)
def test_without_the_fencing_token_effects_are_doubled(place_class, figures):
    found = run(
        place_class,
        figures,
        jobs=60,
        kills=4,
        broken="token",
        slow_every=3,
        processes=5,
        pace=0.1,
        point_chance=0,
        hurt_broker=False,
    )
    assert found.doubled > 0


@pytest.mark.parametrize("place_class", PLACES)
def test_without_the_job_row_work_is_lost(place_class, figures):
    found = run(
        place_class,
        figures,
        jobs=80,
        kills=12,
        broken="outbox",
        hurt_broker=False,
        whole_workers=0.6,
    )
    assert found.lost > 0
