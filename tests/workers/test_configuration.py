"""The schedule names tasks that exist, and Celery takes our configuration as it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import make_settings
from tests.support.servers import EventHub
from workers.configuration import SCHEDULE, make_celery


def test_every_scheduled_task_exists(tmp_path: Path) -> None:
    hub = EventHub(tmp_path)
    program = "import workers.tasks; from workers.app import celery; print(*sorted(celery.tasks))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=hub.environment, check=True, capture_output=True, text=True
    )
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(done.stdout.split())


def test_celery_keeps_no_results_and_takes_no_remote_control(tmp_path: Path) -> None:
    conf = make_celery(make_settings(tmp_path)).conf
    assert conf.task_ignore_result
    assert conf.result_backend is None
    assert not conf.worker_enable_remote_control
    assert conf.accept_content == ["json"]
