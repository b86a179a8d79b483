import pytest

FIGURES = pytest.StashKey()


def pytest_configure(config):
    config.stash.setdefault(FIGURES, [])


@pytest.fixture
def figures(request):
    return request.config.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(terminalreporter, config):
    rows = config.stash.get(FIGURES, [])
    if not rows:
        return
    terminalreporter.section("kill -9 figures")
    terminalreporter.write_line(
        f"{'mode':<15}{'broken':<8}{'jobs':>5}{'kills':>6}{'lost':>5}{'doubled':>8}{'reruns':>7}"
        f"{'seconds':>8}  at claim/work/before/after commit, feeder, pauses, broker"
    )
    for row in rows:
        points = "/".join(str(hits) for hits in row.at_points.values())
        terminalreporter.write_line(
            f"{row.mode:<15}{row.broken or '-':<8}{row.jobs:>5}{row.kills:>6}{row.lost:>5}"
            f"{row.doubled:>8}{row.reruns:>7}{row.seconds:>8.1f}  {points}, "
            f"{row.feeder_kills}, {row.pauses}, {row.broker_hurt}"
        )
