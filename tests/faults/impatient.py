"""Celery as it runs, but for what a dead worker held being free again soon: `python -m tests.faults.impatient …`.

It must stay longer than a try at sending lasts, which at the tests' own mail server is a moment.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Final
from unittest.mock import patch

from celery.__main__ import main

from eventhub.mail.outbox import claims

LEASE: Final = timedelta(seconds=10)

if __name__ == "__main__":
    with patch.object(claims, "LEASE", LEASE):
        sys.exit(main())
