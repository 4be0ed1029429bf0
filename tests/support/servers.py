"""Servers of the tests' own: PostgreSQL, Redis, SMTP, and EventHub itself, on free ports or sockets in /tmp.

Each is a context manager. What it starts ends with it, and, by the kernel's parent-death signal, with the test process
should that be killed outright.
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

import psycopg
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: Granian's options, as `make run` and docker-compose.yml have them.
SERVER = ("--interface", "asginl", "--http", "1", "--no-ws", "--workers", "2", "--log-level", "warning")
ROOT = Path(__file__).resolve().parent.parent.parent
SETPRIV = shutil.which("setpriv")
#: The browser's programs, the best first: the shell draws no window, and so takes a fifth less of the processor.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The system's Chromium; None when there is none."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def free_port() -> int:
    """Return a TCP port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(
    condition: Callable[[], Any], *, seconds: float = 60, what: str = "the condition", every: float = 0.05
) -> Any:
    """Return the condition's first true value. Raises: TimeoutError, which names `what`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds:g} s")
        time.sleep(every)


class Program:
    """A process in a session of its own, with its output in a file."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        death_signal: str = "KILL",
    ) -> None:
        self.log = log
        prefix = [] if SETPRIV is None or command[0] == SETPRIV else [SETPRIV, f"--pdeathsig={death_signal}"]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL to it and to all that it started: no handler runs, nothing is tidied up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, *, seconds: float = 10, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end and wait; kill what is left. Returns its exit status."""
        if self.running:
            self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()
        return int(self.process.returncode)


class Postgres:
    """A PostgreSQL cluster that forgets everything at its end, reached by a socket in its own directory.

    `options` are PostgreSQL's own; a benchmark switches on what makes a commit durable.
    """

    def __init__(self, **options: str) -> None:
        self.options = options
        self.directory = Path(tempfile.mkdtemp(prefix="eventhub-postgres-", dir="/tmp"))
        self._program: Program | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._program is not None:
            self._program.stop(number=signal.SIGQUIT, seconds=5)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _start(self) -> None:
        as_postgres: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            if SETPRIV is None:
                raise RuntimeError("setpriv (util-linux) is missing")
            as_postgres = [
                *(SETPRIV, "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT", "--")
            ]
            shutil.chown(self.directory, "postgres", "postgres")
        data = self.directory / "data"
        subprocess.run(
            [
                *as_postgres,
                *(postgres_program("initdb"), "--pgdata", str(data), "--username=postgres", "--auth=trust"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd="/",
        )
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.directory),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "100",
            "shared_buffers": "64MB",
            "timezone": "UTC",
            **self.options,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._program = Program(
            [*as_postgres, postgres_program("postgres"), "-D", str(data), *settings],
            log=self.directory / "log",
            cwd=Path("/"),
            death_signal="QUIT",
        )
        wait_for(self._answers, what="PostgreSQL")

    def _answers(self) -> bool:
        assert self._program is not None
        if not self._program.running:
            raise RuntimeError(f"PostgreSQL ended: {self._program.output}")
        try:
            psycopg.connect(self.dsn("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def dsn(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.directory}"

    def url(self, name: str) -> str:
        """The address as `EVENTHUB_DATABASE_URL` takes it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.directory}"

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, name: str, *, template: str = "template0") -> str:
        """A new database, a copy of the template. Returns its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def empty(self, name: str) -> None:
        """Take all rows from a migrated database, and all that hold it; ten times as quick as a new one."""
        with psycopg.connect(self.dsn(name)) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            ).fetchall()
            sequences = connection.execute(
                "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
            ).fetchall()
        statements = [
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "SET session_replication_role = replica",  # foreign keys are not asked, so any order will do
            *(f'DELETE FROM "{table}"' for (table,) in tables),
            *(f"SELECT setval('{sequence}', 1, false)" for (sequence,) in sequences),
        ]
        self.execute(";".join(statements), database=name)


def postgres_program(name: str) -> str:
    """Return Debian's newest version, else the one on the path. Raises: FileNotFoundError."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} (package postgresql)")
    return found


class Redis:
    """A Redis that keeps nothing on disk; stopping and starting it loses all that it held."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._directory = Path(tempfile.mkdtemp(prefix="eventhub-redis-", dir="/tmp"))
        self._program: Program | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise FileNotFoundError("redis-server (package redis-server)")
        self._program = Program(
            [
                *(program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"),
                *("--dir", str(self._directory), "--daemonize", "no"),
            ],
            log=self._directory / "log",
        )
        with redis.Redis(port=self.port) as client:
            wait_for(lambda: _pings(client), what="Redis")

    def stop(self) -> None:
        if self._program is not None:
            self._program.stop()
            self._program = None


def _pings(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that the SMTP server took, and when: after this it answered 250."""

    recipients: tuple[str, ...]
    sender: str
    content: bytes
    at: float

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class SmtpServer:
    """A real SMTP server whose next answers can be ordered.

    An order is an SMTP reply ("450 4.2.1 Try later") given at RCPT, "421 …" given likewise before it hangs up, "hang"
    (never answers DATA), "break" (drops the connection within DATA), or "take and break" (takes the message and drops
    the connection instead of saying 250). Without an order it takes the message and says 250.
    """

    delay: float = 0.0
    """Seconds that it thinks before each 250."""
    orders: list[str] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._released = threading.Event()
        server = self

        class CountingController(Controller):
            def factory(self) -> SMTP:
                server.connections += 1
                return SMTP(self.handler, hostname="smtp.invalid", data_size_limit=50_000_000)

        self.port = free_port()
        self._controller = CountingController(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def order(self, *answers: str) -> None:
        """What the next messages get, one each."""
        self.orders.extend(answers)

    def to(self, recipient: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if recipient in delivery.recipients]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.orders and self.orders[0][:1] in {"4", "5"}:
            answer = self.orders.pop(0)
            if answer.startswith("421"):
                await server.push(answer)
                assert server.transport is not None
                server.transport.close()
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        order = self.orders.pop(0) if self.orders else ""
        assert server.transport is not None
        if order == "hang":
            while not self._released.is_set():
                await asyncio.sleep(0.05)
        if order == "break":
            server.transport.close()
            return "451 4.3.0 Broken off"
        if self.delay:
            await asyncio.sleep(self.delay)
        assert isinstance(envelope.content, bytes)
        self.deliveries.append(
            Delivery(tuple(envelope.rcpt_tos), envelope.mail_from or "", envelope.content, time.time())
        )
        if order == "take and break":
            server.transport.close()
        return "250 2.0.0 Taken"


class EventHub:
    """EventHub as real processes: web servers, workers and clocks on one database, broker and data directory."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        directory.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/tmp"),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(directory),
            "EVENTHUB_DATA_DIR": str(directory),
            "EVENTHUB_SECRET_KEY": "a key for tests that nobody else uses",
            "EVENTHUB_PUBLIC_URL": self.address,
            "EVENTHUB_RATE_LIMITS": "off",
            **environment,
        }
        self.programs: list[Program] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for program in self.programs:
            if program.running:
                program.process.terminate()
        for program in self.programs:
            program.stop(seconds=5)

    def command(self, *arguments: str) -> str:
        """Run a `flask` command to its end. Returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "eventhub.app", *arguments],
            env=self.environment,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, name: str, command: Sequence[str]) -> Program:
        number = sum(1 for program in self.programs if program.log.name.startswith(name)) + 1
        program = Program(command, log=self.directory / f"{name}-{number}.log", env=self.environment)
        self.programs.append(program)
        return program

    def start_web(self, target: str = "workers.web:server") -> Program:
        """A web server as `make run` starts it; returns when it answers. `target` is what it serves."""
        program = self.start(
            "web",
            [
                *(sys.executable, "-m", "granian", *SERVER, "--host", "127.0.0.1", "--port", str(self.port)),
                *("--workers-kill-timeout", "3", target),
            ],
        )
        wait_for(lambda: self._alive(program), what="the web server", seconds=60)
        return program

    def start_worker(self, *, ready: bool = True, celery: str = "celery") -> Program:
        """A worker with the clock inside, as `make run` starts it; unless told not to, waits until it is ready.

        `celery` is the module that starts it.
        """
        program = self.start(
            "worker",
            [
                *(sys.executable, "-m", celery, "--quiet", "--app", "workers.app", "worker", "--pool", "threads"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "info"),
                "--beat",
            ],
        )
        if ready:
            wait_for(lambda: self._ready(program), what="the worker", seconds=60)
        return program

    def _alive(self, program: Program) -> bool:
        if not program.running:
            raise RuntimeError(f"the web server ended: {program.output}")
        return status(f"{self.address}/healthz") == 200

    @staticmethod
    def _ready(program: Program) -> bool:
        if not program.running:
            raise RuntimeError(f"the worker ended: {program.output}")
        return "broker_swept" in program.output  # its first task has run


def status(address: str) -> int:
    """Return the HTTP status of a GET; 0 without an answer."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextlib.contextmanager
def all_of(*managers: contextlib.AbstractContextManager[Any]) -> Iterator[tuple[Any, ...]]:
    """Several servers at once, ended in the opposite order."""
    with contextlib.ExitStack() as stack:
        yield tuple(stack.enter_context(manager) for manager in managers)
