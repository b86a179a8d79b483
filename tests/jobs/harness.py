"""Real workers, real broker, real database, and kill -9 until it hurts."""

import contextlib
import os
import random
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import redis

from portal import valkey
from portal.supervisor import says_pong

BASE_DIR = Path(__file__).resolve().parents[2]
POINTS = ("after-claim", "after-work", "before-commit", "after-commit")
PAUSE_SECONDS = 3.0
DRAIN_SECONDS = 45


class Embedded:
    """SQLite file and the embedded broker, which is killed as well."""

    name = "embedded"

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ll-kill-"))
        (self.directory / "valkey").mkdir()
        self.socket = self.directory / "valkey.sock"
        self.env = {"DATA_DIR": str(self.directory)}
        self.start_broker()

    def start_broker(self):
        command = valkey.command(self.socket, self.directory / "valkey")
        self.broker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(lambda: says_pong(str(self.socket)), 10)

    def hurt_broker(self):
        self.broker.kill()
        self.broker.wait()
        self.start_broker()

    def query(self, sql):
        path = self.directory / "portal.sqlite3"
        with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def close(self):
        self.broker.kill()
        self.broker.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class ScaleOut:
    """PostgreSQL and Redis: a database and a Redis number of our own, dropped afterwards."""

    name = "postgres+redis"
    server = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    redis_server = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379")

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ll-kill-"))
        self.database = f"limit_ledger_kill_{secrets.token_hex(4)}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {self.database}")
        self.url = urlunsplit(urlsplit(self.server)._replace(path=f"/{self.database}"))
        self.redis, redis_url = self.empty_redis()
        self.env = {
            "DATA_DIR": str(self.directory),
            "DATABASE_URL": self.url,
            "REDIS_URL": redis_url,
            "LEDGER_QUEUE": self.database,
        }

    @classmethod
    def admin(cls):
        return psycopg.connect(cls.server, autocommit=True, connect_timeout=3)

    @classmethod
    def available(cls):
        try:
            with cls.admin():
                pass
            return redis.Redis.from_url(cls.redis_server, socket_connect_timeout=2).ping()
        except (psycopg.OperationalError, redis.RedisError):
            return False

    @classmethod
    def empty_redis(cls):
        for number in range(15, 0, -1):
            url = urlunsplit(urlsplit(cls.redis_server)._replace(path=f"/{number}"))
            client = redis.Redis.from_url(url)
            if client.dbsize() == 0:
                client.set("ll-kill", "taken", ex=600)
                return client, url
        raise RuntimeError("no empty Redis database")

    def hurt_broker(self):
        self.redis.flushdb()

    def query(self, sql):
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def close(self):
        self.redis.flushdb()
        with self.admin() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        shutil.rmtree(self.directory, ignore_errors=True)


@dataclass
class Figures:
    mode: str
    broken: str
    jobs: int
    kills: int
    at_points: dict
    feeder_kills: int
    pauses: int
    broker_hurt: int
    lost: int
    doubled: int
    reruns: int
    seconds: float


@dataclass
class Run:
    """One run: two workers of two processes each, a beat, a feeder, and faults between them."""

    place: Embedded | ScaleOut
    jobs: int
    kills: int
    broken: str = ""
    slow_every: int = 25
    hurt_broker: bool = True
    pace: float = 0.05
    processes: int = 2
    whole_workers: float = 0.15
    point_chance: float = 0.04
    workers: list = field(default_factory=lambda: [None, None])
    started: list = field(default_factory=list)
    paused: list = field(default_factory=list)
    made: int = 0
    random_kills: int = 0
    feeder_kills: int = 0
    pauses: int = 0
    broker_hurt: int = 0

    def __post_init__(self):
        self.kill_log = self.place.directory / "kills"
        self.kill_log.touch()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("JOB_", "LEDGER_"))},
            "REDIS_URL": "",
            "DATABASE_URL": f"sqlite:///{self.place.directory / 'portal.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "tests.jobs.kill_settings",
            "PYTHONPATH": str(BASE_DIR),
            "JOB_KILL_LOG": str(self.kill_log),
            "LEDGER_BREAK": self.broken,
            "LEDGER_SLOW_EVERY": str(self.slow_every),
            **self.place.env,
        }
        if not self.env["REDIS_URL"]:
            del self.env["REDIS_URL"]

    def go(self):
        started_at = time.monotonic()
        try:
            self.python("manage.py", "migrate", "--run-syncdb", "-v0").wait()
            self.python("-m", "celery", "-A", "portal.beat", "--quiet", "beat", "--pidfile", "")
            self.feeder = self.feed()
            for slot in (0, 1):
                self.start_worker(slot)
            self.hurt()
            self.drain()
        except TimeoutError:
            print((self.place.directory / "stderr").read_text()[-4000:])
            raise
        finally:
            self.end_all()
        return self.count(time.monotonic() - started_at)

    def python(self, *words, **extra):
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=BASE_DIR,
            env={**self.env, **extra},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=(self.place.directory / "stderr").open("ab"),
        )
        self.started.append(process)
        return process

    def feed(self):
        return self.python("-m", "tests.jobs.ledger.feeder", str(self.jobs), str(self.pace))

    def start_worker(self, slot, calm=False):
        self.made += 1
        words = ["-m", "celery", "-A", "portal", "--quiet", "worker"]
        words += [
            "--concurrency",
            str(self.processes),
            "--pool",
            "prefork",
            "--without-mingle",
            "--without-gossip",
        ]
        words += ["--without-heartbeat", "--loglevel", "ERROR", "-n", f"w{self.made}@kill"]
        chance = 0 if calm else self.point_chance
        self.workers[slot] = self.python(
            *words, JOB_KILL_POINT=",".join(POINTS), JOB_KILL_CHANCE=str(chance)
        )

    def hurt(self):
        """Random kills of a child or a whole worker, now and then a pause, the feeder, the broker."""
        wait_until(lambda: self.entries() >= 3, 30)
        while self.random_kills < self.kills or self.feeding():
            time.sleep(random.uniform(0.25, 0.5))
            self.resume()
            for slot in (0, 1):
                if self.workers[slot].poll() is not None:
                    self.start_worker(slot)
            if self.random_kills < self.kills:
                self.one_fault()

    def one_fault(self):
        slot, dice = random.randrange(2), random.random()
        children = psutil.Process(self.workers[slot].pid).children()
        if not children:  # still starting: nothing to interrupt
            return
        if dice < 0.1:
            self.pause(random.choice(children))
        elif dice < 1 - self.whole_workers:
            self.kill(random.choice(children).pid)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.workers[slot].pid, signal.SIGKILL)
                self.random_kills += 1
            self.workers[slot].wait()
            self.start_worker(slot)
        if self.random_kills % 13 == 12 and self.feeding():
            self.feeder.kill()
            self.feeder.wait()
            self.feeder_kills += 1
            self.feeder = self.feed()
        if self.hurt_broker and self.broker_hurt == 0 and self.random_kills >= self.kills // 2:
            self.broker_hurt += 1
            self.place.hurt_broker()

    def kill(self, pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.random_kills += 1

    def pause(self, process):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
            self.paused.append((time.monotonic() + PAUSE_SECONDS, process))
            self.pauses += 1

    def resume(self, at_once=False):
        for item in list(self.paused):
            if at_once or time.monotonic() >= item[0]:
                self.paused.remove(item)
                with contextlib.suppress(psutil.NoSuchProcess):
                    item[1].resume()

    def feeding(self):
        return self.feeder.poll() is None

    def drain(self):
        """Calm workers finish what is left; then they stop by themselves, stale results included."""
        self.resume(at_once=True)
        old = list(self.workers)
        for slot in (0, 1):
            self.start_worker(slot, calm=True)
        for worker in old:
            worker.terminate()
        quiet = 8 if self.broken == "outbox" else DRAIN_SECONDS
        best, since = -1, time.monotonic()
        while not self.settled() and time.monotonic() - since < quiet:
            if (now := self.entries()) > best:
                best, since = now, time.monotonic()
            time.sleep(0.2)
        for worker in [*old, *self.workers]:
            worker.terminate()
        for worker in [*old, *self.workers]:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(15)

    def settled(self):
        if self.broken == "outbox":
            return False
        return not self.number("SELECT count(*) FROM jobs_job WHERE state IN ('queued','running')")

    def entries(self):
        return self.number("SELECT count(DISTINCT number) FROM ledger_entry")

    def number(self, sql):
        return self.place.query(sql)[0][0] or 0

    def end_all(self):
        """Whatever is left of the sessions we started, and nothing else."""
        self.resume(at_once=True)
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def count(self, seconds):
        points = self.kill_log.read_text().split()
        missing = (
            "SELECT count(*) FROM ledger_cause WHERE number NOT IN"
            " (SELECT number FROM ledger_entry)"
        )
        doubles = "SELECT count(*) - count(DISTINCT number) FROM ledger_entry"
        claims = "SELECT sum(token) - count(*) FROM jobs_job WHERE kind = 'ledger.note'"
        return Figures(
            mode=self.place.name,
            broken=self.broken,
            jobs=self.number("SELECT count(*) FROM ledger_cause"),
            kills=self.random_kills + len(points),
            at_points={point: points.count(point) for point in POINTS},
            feeder_kills=self.feeder_kills,
            pauses=self.pauses,
            broker_hurt=self.broker_hurt,
            lost=self.number(missing),
            doubled=self.number(doubles),
            reruns=self.number(claims),
            seconds=seconds,
        )


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)
