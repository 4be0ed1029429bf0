"""The sample data and its loaders: events, people and answers that are marked as samples.

`demo.py` loads all of it in one transaction. The facts are files in `samples/data`, which `facts.py` reads; a module
for each noun makes the rows: `staff.py`, `events.py`, `programme.py`, `crowd.py` (registrations), `attendance.py`,
`surveys.py`, `pictures.py`.
"""

from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).resolve().parent / "data"
