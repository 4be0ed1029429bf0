"""`make run`: migrate, load the sample data once, run web server, worker and clock, and stop them.

The children are forks of this process, which has loaded everything by then. One import of the application instead
of four makes the next start quick. They run in sessions of their own, so that Ctrl-C reaches this process only,
which then ends them in order.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from eventhub.settings import Settings, SettingsError

from .processes import end_with_parent

HOST: Final = "127.0.0.1"
READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 3.0
_STOPPERS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Child:
    """A child process, the name that prefixes its lines, and the pipe that they come through."""

    name: str
    process: BaseProcess
    output: int


def main() -> int:
    """Run until stopped; return the exit status: 0 after a signal, 1 after an error."""
    given = os.environ.get("PORT", "8000")
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        return _refuse("PORT: must be a number from 1 to 65535.")
    port = int(given)
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        return _refuse(str(error))
    if _taken(port):
        return _refuse(
            f"Port {port} is taken. If EventHub runs already, it is at http://{HOST}:{port}; "
            f"another port: PORT={port % 65535 + 1} make run"
        )
    _on_stop(lambda: sys.exit(0))  # nothing runs yet, and unfinished transactions are rolled back
    from .prepare import prepare, sign_in_address

    prepare(settings)
    sign_in = sign_in_address(settings)
    stop = threading.Event()
    _on_stop(stop.set)
    children = [_start("web", lambda: _serve(port)), _start("worker", _work)]
    try:
        for child in children:
            threading.Thread(target=_relay, args=(child,), daemon=True).start()
        if _wait_until_ready(port, children, stop):
            _greet(settings, sign_in)
            while not stop.wait(0.2) and _first_dead(children) is None:
                pass
        dead = _first_dead(children)
        if dead is not None and not stop.is_set():
            print(f"The {dead.name} has ended with status {dead.process.exitcode}; stopping the rest.", flush=True)
        return 0 if stop.is_set() else 1
    finally:
        _stop(children)


def _on_stop(act: Callable[[], object]) -> None:
    """Handle Ctrl-C, SIGTERM and a closed terminal by calling `act`."""
    for number in _STOPPERS:
        signal.signal(number, lambda *_: act())


def _serve(port: int) -> None:
    """Run the web server: two processes, each with an event loop and the threads of `workers.buffering`."""
    Granian(
        "workers.web:server",
        address=HOST,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=2,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
    ).serve()


def _work() -> None:
    """Run the worker, with the clock inside."""
    from .app import celery

    celery.worker_main(
        [
            *("--quiet", "worker", "--beat", "--pool", "threads", "--loglevel", "warning"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


def _start(name: str, run: Callable[[], None]) -> Child:
    output, written = os.pipe()

    def begin() -> None:
        for number in _STOPPERS:
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        end_with_parent()
        os.close(output)
        os.dup2(written, 1)
        os.dup2(written, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
        run()

    process = multiprocessing.get_context("fork").Process(target=begin, name=name)
    process.start()
    os.close(written)
    return Child(name, process, output)


def _relay(child: Child) -> None:
    """Print the child's lines with its name before them."""
    with os.fdopen(child.output, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.strip():
                print(f"{child.name:<6} | {readable(line.rstrip())}", flush=True)


def readable(line: str) -> str:
    """Return a log line for a terminal: the event, then its facts, without time and ids."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict) or "event" not in entry:
        return line
    told = {name: value for name, value in entry.items() if name not in {"event", "timestamp", "request_id"}}
    level = told.pop("level", "info")
    words = [entry["event"] if level == "info" else f"{level}: {entry['event']}"]
    return " ".join([*words, *(f"{name}={value}" for name, value in told.items() if value != 0)])


def _wait_until_ready(port: int, children: list[Child], stop: threading.Event) -> bool:
    """Return whether `/readyz` answered 200 before the timeout, the end of a child, or a signal."""
    deadline = time.monotonic() + READY_SECONDS
    answer = "nothing"
    while time.monotonic() < deadline:
        if stop.wait(0.05) or _first_dead(children) is not None:
            return False
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2):
                return True
        except urllib.error.HTTPError as error:
            answer = json.dumps(json.load(error))
        except OSError:
            continue
    print(f"EventHub did not get ready within {READY_SECONDS:.0f} s; /readyz answers {answer}.", flush=True)
    return False


def _greet(settings: Settings, sign_in: str | None) -> None:
    """Print the address, where mail goes, and the sign-in link."""
    mail = (
        f"through {settings.smtp_url.rpartition('@')[2].removeprefix('smtp://').removeprefix('smtps://')}"
        if settings.smtp_url
        else f"into {settings.mail_dir} (a Maildir)"
    )
    print(f"\nLook at           {settings.public_url}")
    print(f"Mail goes         {mail}")
    if sign_in is not None:
        print(f"Sign in, once     {sign_in}")
        print("                  (as the sample organiser, within 24 hours)")
    elif settings.is_public:
        print("Add staff with    .venv/bin/flask --app eventhub.app user add --help")
    print("Ctrl-C            stops it\n", flush=True)


def _first_dead(children: list[Child]) -> Child | None:
    return next((child for child in children if not child.process.is_alive()), None)


def _stop(children: list[Child]) -> None:
    """Ask all children to end, wait briefly, then kill the rest; the database holds unfinished work."""
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.process.join(max(0.0, deadline - time.monotonic()))
        if child.process.is_alive():
            print(f"The {child.name} did not stop in time and was ended.", flush=True)
        assert child.process.pid is not None
        try:
            os.killpg(child.process.pid, signal.SIGKILL)  # also any process that it left behind
        except ProcessLookupError:
            continue
        child.process.join()


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _refuse(message: str) -> int:
    print(f"EventHub cannot start. {message}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # tearing down the interpreter takes a second, and all children have ended already
