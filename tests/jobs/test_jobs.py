import os
import socket
import threading
import time
import uuid
from datetime import datetime, timedelta

import pytest
from django.conf import settings as live_settings
from django.contrib.admin.sites import site
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from jobs import leases, registry, services, waking, worker
from jobs.enums import JobState
from jobs.models import Job, JobAlert
from jobs.registry import BEIJING, Periodic, slot_start

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def ran(monkeypatch):
    """Kinds that exist for one test, and the list of what their effects did."""
    effects = []

    def good(job):
        return lambda: effects.append(job.key)

    def bad(job):
        raise ValueError("card 6222 0000 1111 2222")

    monkeypatch.setattr(registry, "_handlers", {"good": good, "bad": bad})
    monkeypatch.setattr(registry, "autodiscover_modules", lambda name: None)
    return effects


@pytest.fixture
def calls(monkeypatch):
    sent = []
    monkeypatch.setattr(services, "wake", lambda job_id, **options: sent.append(job_id))
    return sent


def make(kind="good", key="k", **fields):
    return Job.objects.create(kind=kind, key=key, args={}, **fields)


def let_lease_run_out(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - LONG_AGO)


def make_due(job):
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - LONG_AGO)


# --- asking --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_enqueue_outside_a_transaction_is_refused():
    with pytest.raises(services.NotInTransaction):
        services.enqueue(kind="good", key="k", args={})
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_work_is_asked_for_with_its_cause_or_not_at_all(calls):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.enqueue(kind="good", key="k", args={})
        raise ZeroDivisionError
    assert not Job.objects.exists()
    assert calls == []


@pytest.mark.django_db(transaction=True)
def test_the_wake_up_goes_out_only_after_the_commit(calls):
    with transaction.atomic():
        job = services.enqueue(kind="good", key="k", args={"id": 1})
        assert calls == []
    assert calls == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_work_for_later_is_left_to_the_sweeper(calls):
    with transaction.atomic():
        later = timezone.now() + LONG_AGO
        services.enqueue(kind="good", key="k", args={}, run_after=later)
    assert calls == []
    assert worker.run_due() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["queued", "done", "dead"])
def test_the_same_key_is_the_same_row(state, calls):
    first = make(state=state, done_at=timezone.now() if state == "done" else None)
    with transaction.atomic():
        again = services.enqueue(kind="good", key="k", args={})
    assert again.pk == first.pk
    assert Job.objects.get().state == state
    assert calls == []


@pytest.mark.django_db(transaction=True)
def test_two_callers_racing_for_a_key_get_one_row(calls):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time, and tests share one memory database")
    found, barrier = [], threading.Barrier(2)

    def ask():
        try:
            with transaction.atomic():
                barrier.wait(5)
                found.append(services.enqueue(kind="good", key="k", args={}).pk)
                time.sleep(0.3)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_losing_the_race_leaves_the_callers_transaction_usable(monkeypatch, calls):
    first = make()
    queryset = type(Job.objects.all())
    real, misses = queryset.get, [1]

    def get(self, *args, **kwargs):
        if misses:
            misses.pop()
            raise Job.DoesNotExist
        return real(self, *args, **kwargs)

    monkeypatch.setattr(queryset, "get", get)
    assert services.enqueue(kind="good", key="k", args={}).pk == first.pk
    assert make(key="other").pk


# --- the broker ----------------------------------------------------------------------------------


@pytest.fixture
def broker_at(monkeypatch):
    """Point Celery to another broker for one test."""
    from celery import current_app

    def point(url):
        pool_reset()
        monkeypatch.setattr(current_app.conf, "broker_url", url)
        monkeypatch.setattr(current_app.conf, "broker_write_url", url)
        monkeypatch.setattr(waking, "_quiet_until", 0.0)

    def pool_reset():
        current_app.amqp._producer_pool = None
        current_app.pool.force_close_all()
        current_app._pool = None

    yield point
    pool_reset()


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_work_is_accepted_at_once(broker_at):
    broker_at("redis://127.0.0.1:1/0")
    started = time.perf_counter()
    for number in range(20):
        with transaction.atomic():
            services.enqueue(kind="good", key=str(number), args={})
    assert time.perf_counter() - started < 2
    assert Job.objects.claimable().count() == 20


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_hangs_delays_one_request_only(broker_at):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        broker_at(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        started = time.perf_counter()
        for number in range(20):
            with transaction.atomic():
                services.enqueue(kind="good", key=str(number), args={})
        assert time.perf_counter() - started < 5
    assert Job.objects.claimable().count() == 20


def test_a_lost_wake_up_is_logged_by_class_name_only(broker_at, caplog):
    broker_at("redis://:secret@127.0.0.1:1/0")
    assert waking.wake(uuid.uuid4()) is False
    assert "OperationalError" in caplog.text
    assert "secret" not in caplog.text


# --- claiming, finishing -------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_job_runs_once_however_often_it_is_woken(ran):
    job = make()
    assert [worker.run_job(job.pk) for _ in range(5)] == [True, False, False, False, False]
    job.refresh_from_db()
    assert ran == ["k"]
    assert (job.state, job.progress, job.lease_until) == (JobState.DONE, 100, None)
    assert job.done_at


@pytest.mark.django_db
def test_an_unknown_id_is_nobodys_work():
    assert worker.run_job(uuid.uuid4()) is False


@pytest.mark.django_db
def test_a_running_job_cannot_be_claimed_before_its_lease_is_over():
    job = make()
    first = leases.claim(job.pk)
    assert first.token == 1
    assert leases.claim(job.pk) is None
    let_lease_run_out(job)
    assert leases.claim(job.pk).token == 2


@pytest.mark.django_db
def test_the_lease_is_counted_by_the_databases_clock(settings):
    import time_machine

    settings.JOB_LEASE_SECONDS = 60
    job = make()
    with time_machine.travel("2001-01-01"):
        leases.claim(job.pk)
        assert leases.claim(job.pk) is None
    job.refresh_from_db()
    assert timedelta(0) < job.lease_until - timezone.now() <= timedelta(seconds=60)


@pytest.mark.django_db
def test_between_reading_and_taking_another_claim_wins(monkeypatch):
    job = make()
    queryset = type(Job.objects.all())
    real = queryset.first

    def first_then_overtaken(self):
        found = real(self)
        monkeypatch.setattr(queryset, "first", real)
        assert leases.claim(job.pk).token == 1
        return found

    monkeypatch.setattr(queryset, "first", first_then_overtaken)
    assert leases.claim(job.pk) is None
    job.refresh_from_db()
    assert job.token == 1


@pytest.mark.django_db
def test_a_stale_result_is_discarded_with_its_effect(ran):
    job = make()
    stale = leases.claim(job.pk)
    let_lease_run_out(job)
    fresh = leases.claim(job.pk)
    done = []
    assert leases.finish(stale, lambda: done.append("stale")) is False
    leases.fail(stale, ValueError())
    assert leases.finish(fresh, lambda: done.append("fresh")) is True
    assert leases.finish(stale, lambda: done.append("stale")) is False
    job.refresh_from_db()
    assert (done, job.state, job.last_error) == (["fresh"], JobState.DONE, "")


@pytest.mark.django_db
def test_an_overtaken_worker_drops_its_result(ran, monkeypatch):
    job = make()

    def overtaken(view):
        let_lease_run_out(job)
        leases.claim(job.pk)
        return lambda: ran.append("stale")

    monkeypatch.setitem(registry._handlers, "good", overtaken)
    assert worker.run_job(job.pk) is False
    job.refresh_from_db()
    assert (ran, job.state, job.token) == ([], JobState.RUNNING, 2)


@pytest.mark.django_db
def test_done_and_effect_are_one_transaction(ran):
    job = make()
    held = leases.claim(job.pk)

    def half():
        make(key="written by the effect")
        raise IntegrityError

    with pytest.raises(IntegrityError):
        leases.finish(held, half)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_an_effect_may_ask_for_more_work(ran, monkeypatch, calls):
    def chained(view):
        return lambda: services.enqueue(kind="good", key="next", args={}) and None

    monkeypatch.setitem(registry._handlers, "chain", chained)
    assert worker.run_job(make(kind="chain").pk)
    assert Job.objects.get(key="next").state == JobState.QUEUED


# --- failing -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_five_tries_then_dead_and_an_alert(ran):
    job = make(kind="bad")
    for tries in range(1, 5):
        assert worker.run_job(job.pk) is False
        job.refresh_from_db()
        assert (job.state, job.tries) == (JobState.QUEUED, tries)
        assert job.run_after > timezone.now()
        assert leases.claim(job.pk) is None
        make_due(job)
    worker.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries, job.last_error) == (JobState.DEAD, 5, "ValueError")
    assert list(JobAlert.objects.values_list("job", "error")) == [(job.pk, "ValueError")]
    make_due(job)
    assert worker.run_due() == 0


@pytest.mark.django_db
def test_an_exceptions_text_is_kept_nowhere(ran, caplog):
    job = make(kind="bad")
    worker.run_job(job.pk)
    job.refresh_from_db()
    assert job.last_error == "ValueError"
    assert all("6222" not in record.getMessage() for record in caplog.records)


@pytest.mark.django_db
def test_work_that_kills_its_worker_stops_after_five_tries():
    job = make()
    for _ in range(5):
        assert leases.claim(job.pk)
        let_lease_run_out(job)
    assert leases.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.tries, job.last_error) == (JobState.DEAD, 5, "WorkerDied")
    assert JobAlert.objects.filter(job=job, closed_at=None).count() == 1


@pytest.mark.django_db
def test_a_kind_nobody_handles_fails_and_is_seen(ran):
    job = make(kind="nobody.knows")
    worker.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.QUEUED, "UnknownKind")


def test_the_pause_doubles_up_to_an_hour(settings):
    settings.JOB_RETRY_SECONDS = 20
    assert [leases.backoff(n).total_seconds() for n in (1, 2, 3, 12)] == [20, 40, 80, 3600]


@pytest.mark.django_db(transaction=True)
def test_a_dead_job_starts_afresh_by_hand(ran, calls):
    job = make(state=JobState.DEAD, tries=5, last_error="ValueError", token=5)
    alert = JobAlert.objects.create(job=job, error="ValueError")
    assert services.retry(job) is True
    alert.refresh_from_db()
    assert alert.closed_at
    assert calls == [job.pk]
    assert worker.run_job(job.pk) is True
    job.refresh_from_db()
    assert job.token == 6


@pytest.mark.django_db(transaction=True)
def test_a_finished_or_running_job_is_not_started_again(calls):
    done = make(key="done", state=JobState.DONE, done_at=timezone.now())
    running = make(key="running")
    leases.claim(running.pk)
    assert [services.retry(done), services.retry(running)] == [False, False]
    assert calls == []


@pytest.mark.django_db
def test_one_open_alert_a_job():
    job = make(state=JobState.DEAD)
    JobAlert.objects.create(job=job)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobAlert.objects.create(job=job)


# --- progress ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_progress_is_shown_and_kept_in_bounds():
    job = make()
    held = leases.claim(job.pk)
    leases.report_progress(held, 250, "x" * 500)
    job.refresh_from_db()
    assert (job.progress, len(job.progress_note)) == (100, 120)


@pytest.mark.django_db
def test_an_overtaken_worker_learns_it_from_its_progress(ran, monkeypatch):
    job = make()

    def slow(view):
        let_lease_run_out(job)
        leases.claim(job.pk)
        view.progress(50, "half")

    monkeypatch.setitem(registry._handlers, "good", slow)
    assert worker.run_job(job.pk) is False
    job.refresh_from_db()
    assert (job.progress, job.token, job.tries) == (0, 2, 1)


# --- the row's own rules -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"state": "running"},
        {"state": "queued", "lease_until": "2026-01-01T00:00Z"},
        {"state": "done"},
        {"state": "dead", "done_at": "2026-01-01T00:00Z"},
        {"state": "lost"},
        {"progress": 101},
    ],
    ids=lambda fields: " ".join(fields),
)
def test_a_state_without_its_fields_is_refused(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


# --- sweeping, periodic work, health -------------------------------------------------------------


@pytest.mark.django_db
def test_the_sweeper_wakes_the_longest_waiting_first_up_to_its_limit(monkeypatch):
    woken = []
    monkeypatch.setattr(worker, "wake", lambda job_id, **_: woken.append(job_id) or True)
    now = timezone.now()
    waiting = [make(key=str(n), run_after=now - timedelta(minutes=n)) for n in range(1, 6)]
    left_behind = make(key="left", run_after=now - timedelta(hours=2))
    leases.claim(left_behind.pk)
    let_lease_run_out(left_behind)
    leases.claim(waiting[0].pk)
    make(key="later", run_after=now + LONG_AGO)
    assert worker.sweep(limit=3, expires=30) == 3
    assert woken == [left_behind.pk, waiting[4].pk, waiting[3].pk]


@pytest.mark.parametrize(
    ("every", "offset", "now", "start"),
    [
        ({"hours": 1}, {}, "2026-03-01T10:59:59", "2026-03-01T10:00"),
        ({"days": 1}, {"hours": 8}, "2026-03-01T07:59", "2026-02-28T08:00"),
        ({"days": 1}, {"hours": 8}, "2026-03-01T08:00", "2026-03-01T08:00"),
        ({"days": 7}, {"hours": 9}, "2026-11-25T12:00", "2026-11-23T09:00"),
        ({"days": 1}, {}, "2026-12-31T23:59", "2026-12-31T00:00"),
        ({"days": 1}, {}, "2027-01-01T00:00", "2027-01-01T00:00"),
    ],
)
def test_slots_start_in_beijing_time(every, offset, now, start):
    work = Periodic("x", timedelta(**every), timedelta(**offset))
    at = datetime.fromisoformat(now).replace(tzinfo=BEIJING)
    assert slot_start(work, at).isoformat(timespec="minutes") == f"{start}+08:00"
    utc = at.astimezone(timezone.get_default_timezone())
    assert slot_start(work, utc) == slot_start(work, at)


@pytest.mark.django_db(transaction=True)
def test_three_beats_for_thirty_days_and_a_clock_set_back_add_one_row_a_slot(monkeypatch, calls):
    monkeypatch.setattr(registry, "autodiscover_modules", lambda name: None)
    monkeypatch.setattr(registry, "_periodic", {})
    registry.periodic("daily", every=timedelta(days=1), offset=timedelta(hours=8))
    start = datetime(2026, 12, 15, 8, tzinfo=BEIJING)
    for hour in range(0, 30 * 24, 6):
        for back in (0, 0, 26):
            services.enqueue_due(start + timedelta(hours=hour - (back if hour >= 48 else 0)))
    assert Job.objects.count() == 30
    assert Job.objects.values("args").distinct().count() == 30


@pytest.mark.django_db
def test_old_finished_slots_are_forgotten_and_nothing_else():
    old = timezone.now() - timedelta(days=40)
    make(key="periodic:x:1", state=JobState.DONE, done_at=old)
    make(key="periodic:x:2", state=JobState.DONE, done_at=timezone.now())
    make(key="periodic:x:3")
    make(key="letter:1", state=JobState.DONE, done_at=old)
    make(kind="portal.sweep", key="portal.sweep:1", state=JobState.DONE, done_at=old)
    make(kind="portal.sweep", key="portal.sweep:2", state=JobState.DEAD)
    assert services.delete_old_slots(timezone.now() - timedelta(days=30)) == 2
    assert set(Job.objects.values_list("key", flat=True)) == {
        "periodic:x:2",
        "periodic:x:3",
        "letter:1",
        "portal.sweep:2",
    }


@pytest.mark.django_db
def test_health_sees_the_oldest_claimable_job():
    now = timezone.now()
    assert services.oldest_claimable_age(now) is None
    make(key="later", run_after=now + LONG_AGO)
    make(key="done", state=JobState.DONE, done_at=now, run_after=now - LONG_AGO)
    assert services.oldest_claimable_age(now) is None
    make(key="due", run_after=now - timedelta(minutes=3))
    assert services.oldest_claimable_age(now) == timedelta(minutes=3)
    left = make(key="left", run_after=now - 9 * LONG_AGO)
    leases.claim(left.pk)
    assert services.oldest_claimable_age(now) == timedelta(minutes=3)
    let_lease_run_out(left)
    assert services.oldest_claimable_age(now) >= timedelta(minutes=59)


def test_two_handlers_for_one_kind_are_refused(ran):
    @registry.durable("mine")
    def mine(job):
        return None

    assert registry.handler_for("mine") is mine
    with pytest.raises(ValueError, match="mine"):
        registry.durable("mine")(lambda job: None)


def test_beat_sends_the_sweeper_and_nothing_else():
    from celery import current_app

    entries = current_app.conf.beat_schedule
    assert [entry["task"] for entry in entries.values()] == ["jobs.sweep"]
    assert entries["jobs-sweep"]["schedule"] == live_settings.JOB_SWEEP_SECONDS


def test_kill_points_are_inert_without_their_variable(monkeypatch):
    from jobs.killpoints import kill_point

    killed = []
    monkeypatch.setattr(os, "kill", lambda *args: killed.append(args))
    monkeypatch.delenv("JOB_KILL_POINT", raising=False)
    kill_point("after-claim")
    monkeypatch.setenv("JOB_KILL_POINT", "after-work,before-commit")
    kill_point("after-claim")
    assert killed == []
    kill_point("after-work")
    assert len(killed) == 1


# --- admin ---------------------------------------------------------------------------------------


def test_the_admin_shows_no_args_and_changes_nothing_but_retry(rf):
    page = site._registry[Job]
    request = rf.get("/")
    assert "args" not in [*page.fields, *page.list_display]
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
    assert page.actions == ("retry",)


@pytest.mark.django_db
def test_a_member_of_staff_finds_a_dead_job_and_starts_it_again(client, settings, calls):
    from django.contrib.auth import get_user_model
    from django.urls import reverse

    settings.STAFF_SECOND_FACTOR = False
    job = make(state=JobState.DEAD, tries=5, last_error="ValueError", key="dead")
    Job.objects.filter(pk=job.pk).update(args={"secret": "only-in-the-arguments"})
    client.force_login(get_user_model().objects.create_superuser("op@example.org", "x"))
    url = reverse("admin:jobs_job_changelist")
    page = client.get(url, {"q": "dead"})
    assert "ValueError" in page.content.decode()
    shown = client.get(reverse("admin:jobs_job_change", args=[job.pk])).content.decode()
    assert "only-in-the-arguments" not in shown
    client.post(url, {"action": "retry", "_selected_action": [str(job.pk)]})
    job.refresh_from_db()
    assert (job.state, job.tries) == (JobState.QUEUED, 0)
