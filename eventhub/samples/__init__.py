"""The sample data and its loaders: events, people and answers that are marked as samples."""

from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).resolve().parent / "data"
