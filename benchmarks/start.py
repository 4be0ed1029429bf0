"""The next start of `make run` and one loading of the application: `python -m benchmarks.start`.

A start is everything from the command to the greeting, on a data directory that a first start has filled; the
baseline is one process that loads what the web server and the worker load. Target: a start within 4 s, and a stop
within 5 s.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.support.servers import ROOT, Program, free_port, wait_for

ROUNDS: Final = 5


def start(directory: Path) -> tuple[float, float]:
    """Return the seconds from the command to the greeting, and from SIGTERM to the end.

    Raises: RuntimeError when it ends with an error.
    """
    log = directory / "launch.log"
    log.unlink(missing_ok=True)
    environment = {"PATH": os.environ["PATH"], "EVENTHUB_DATA_DIR": str(directory), "PORT": str(free_port())}
    began = time.perf_counter()
    program = Program([sys.executable, "-m", "workers.launch"], log=log, env=environment, death_signal="TERM")
    wait_for(lambda: "stops it" in program.output or not program.running, seconds=60, what="the greeting", every=0.01)
    started = time.perf_counter() - began
    began = time.perf_counter()
    status = program.stop()
    stopped = time.perf_counter() - began
    if status != 0:
        raise RuntimeError(program.output)
    return started, stopped


def load(directory: Path) -> float:
    """Return the seconds in which one process loads the application and Celery."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import eventhub.app, workers.tasks"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "EVENTHUB_DATA_DIR": str(directory)},
        check=True,
    )
    return time.perf_counter() - began


def main() -> None:
    """Print the medians over the rounds."""
    with tempfile.TemporaryDirectory(prefix="eventhub-benchmark-") as name:
        directory = Path(name)
        first, _ = start(directory)
        rounds = [(*start(directory), load(directory)) for _ in range(ROUNDS)]
    started, stopped, loaded = (statistics.median(values) for values in zip(*rounds, strict=True))
    ratio = statistics.median(one / bare for one, _, bare in rounds)
    print(f"{'next start':<34} {started:>8.1f} s   bare {loaded:>8.1f} s   ratio {ratio:.2f}", flush=True)
    print(f"{'first start, with sample data':<34} {first:>8.1f} s   stop {stopped:>8.1f} s", flush=True)


if __name__ == "__main__":
    main()
