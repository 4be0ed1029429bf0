"""`make test`, and with `--quick` `make check`: run all steps, say at the end what ran and how it went.

Every step runs, even after one has failed, so that one run tells all there is to mend.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import chromium

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = ("eventhub", "workers", "tests", "benchmarks", "migrations")
#: Programs that tests need, and Debian's packages of them.
SYSTEM = {
    "chromium": "chromium-headless-shell",
    "redis-server": "redis-server",
    "initdb": "postgresql",
    "voikkospell": "libvoikko-dev",
    "Voikko's Finnish": "voikko-fi",
    "hunspell": "hunspell",
    "Hunspell's Swedish": "hunspell-sv",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that ran."""

    name: str
    passed: bool
    seconds: float
    tests: int = 0


def main() -> int:
    """0 when everything passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="style, types, imports, dead code and unit tests only")
    quick = parser.parse_args().quick
    began = time.monotonic()
    if not quick:
        missing = missing_programs()
        if missing and not install(missing):
            return 1
    with ThreadPoolExecutor(2) as pool:  # the checks one after the other, and the tests beside them
        checked = pool.submit(lambda: [run(name, command) for name, command in checks().items()])
        tested = pool.submit(unit_tests if quick else all_tests)
        steps = [*checked.result(), *tested.result()]
    return summary(steps, time.monotonic() - began)


def unit_tests() -> list[Step]:
    return [pytest("unit tests", "tests/domain", "tests/test_architecture.py")]


def all_tests() -> list[Step]:
    """On SQLite all, and beside it on PostgreSQL where the database matters. Many tests wait for a server or a browser.

    `loadgroup` hands out one test at a time: the first, which wait longest, would else all go to one process.
    """
    with ThreadPoolExecutor(1) as pool:
        options = ("--database=postgresql", "-m", "both_databases")
        beside = pool.submit(pytest, "tests on PostgreSQL", *options, "tests", beside=True)
        return [pytest("tests on SQLite", "-n", "3", "--dist", "loadgroup", "tests"), beside.result()]


def checks() -> dict[str, list[str]]:
    """The steps that read the code, by name."""
    code = existing(CODE)
    return {
        "mypy": [tool("mypy"), "--no-error-summary"],  # the longest goes first
        "ruff check": [tool("ruff"), "check", "--quiet", *code],
        "ruff format": [tool("ruff"), "format", "--check", "--quiet", *code],
        "import-linter": [tool("lint-imports"), "--no-logo"],
        "vulture": [tool("vulture")],
    }


def existing(paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if (ROOT / path).exists()]


def tool(name: str) -> str:
    return str(BIN / name)


def run(name: str, command: list[str]) -> Step:
    """Run a checker, and show its output only when it has something to say."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    seconds = time.monotonic() - began
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return Step(name, done.returncode == 0, seconds)


def pytest(name: str, *arguments: str, beside: bool = False) -> Step:
    """Run pytest, and count what it ran. A run in which nothing ran, or something was skipped, has failed.

    The output of a run `beside` another is printed as a whole at its end.
    """
    began = time.monotonic()
    if not beside:
        print(f"\n{name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="eventhub-tests-") as directory:
        report = Path(directory) / "report.xml"
        command = [tool("pytest"), "-q", "-p", "no:cacheprovider", "--durations=10", f"--junitxml={report}", *arguments]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("EVENTHUB_")}
        output = (Path(directory) / "output").open("w+") if beside else None
        done = subprocess.run(command, cwd=ROOT, check=False, env=environment, stdout=output, stderr=output)
        if output is not None:
            output.seek(0)
            print(f"\n{name}\n{output.read()}", flush=True)
            output.close()
        suites = ElementTree.parse(report).getroot().iter("testsuite") if report.exists() else ()
        counts = [(int(suite.get("tests", 0)), int(suite.get("skipped", 0))) for suite in suites]
    tests, skipped = sum(count for count, _ in counts), sum(count for _, count in counts)
    if skipped:
        print(f"{skipped} were skipped; everything is to run.", flush=True)
    return Step(name, done.returncode == 0 and tests > 0 and not skipped, time.monotonic() - began, tests)


def summary(steps: list[Step], seconds: float) -> int:
    """Print the line that sums up. Returns the exit status."""
    failed = [step.name for step in steps if not step.passed]
    counted = ", ".join(f"{step.tests} {step.name}" for step in steps if step.tests)
    took = f"{int(seconds) // 60} min {int(seconds) % 60} s"
    print(flush=True)
    if failed:
        print(f"FAILED: {', '.join(failed)} ({counted}; {took})", flush=True)
        return 1
    print(f"Everything passed: {counted}, and the checks are clean ({took})", flush=True)
    return 0


def missing_programs() -> list[str]:
    """Debian packages of the programs that are not here."""
    found: dict[str, Callable[[], bool]] = {
        "initdb": lambda: bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
        "chromium": lambda: chromium() is not None,
        "Voikko's Finnish": lambda: works("voikkospell", "-d", "fi"),
        "Hunspell's Swedish": lambda: works("hunspell", "-l", "-d", "sv_FI"),
    }
    return [
        package
        for program, package in SYSTEM.items()
        if not found.get(program, lambda program=program: bool(shutil.which(program)))()  # type: ignore[misc]
    ]


def works(*command: str) -> bool:
    """Return whether the program is here and ends well when it is given nothing."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


def install(packages: list[str]) -> bool:
    """Install them where this may be done, without starting their services; else say what to install."""
    wanted = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"The tests need what is not here. Install it first: sudo {' '.join(wanted)}", file=sys.stderr)
        return False
    print(f"Installing what the tests need: {' '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    policy = Path("/usr/sbin/policy-rc.d")  # Debian asks it before a package starts its service; 101 means no
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        for command in (["apt-get", "update", "--quiet"], wanted):
            done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
            if done.returncode:
                print(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}", file=sys.stderr)
                return False
    finally:
        if ours:
            policy.unlink()
    return True


if __name__ == "__main__":
    sys.exit(main())
