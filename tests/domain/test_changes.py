"""What an edit changed, by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from eventhub.domain.changes import UNCHANGED, changes_between
from eventhub.domain.enums import Attendance
from eventhub.domain.languages import TranslatedText


@dataclass(frozen=True, kw_only=True)
class Draft:
    title: TranslatedText
    starts_at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    attendance: Attendance | None = None
    regions: frozenset[str] = frozenset()
    options: tuple[TranslatedText, ...] = ()
    day: date | None = None
    clock: time | None = None


BEFORE = Draft(title=TranslatedText(fi="Otsikko", sv="Rubrik"))


def test_equal_values_have_no_changes() -> None:
    assert changes_between(BEFORE, Draft(title=TranslatedText(sv="Rubrik", fi="Otsikko"))) == UNCHANGED
    assert not UNCHANGED


def test_a_text_changes_by_language() -> None:
    changes = changes_between(BEFORE, Draft(title=TranslatedText(fi="Uusi", en="New")))
    assert changes.before == {"title.fi": "Otsikko", "title.sv": "Rubrik", "title.en": None}
    assert changes.after == {"title.fi": "Uusi", "title.sv": None, "title.en": "New"}
    assert changes.names == ["title"]


def test_values_are_plain() -> None:
    after = Draft(
        title=BEFORE.title,
        starts_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
        attendance=Attendance.ONLINE,
        regions=frozenset({"17", "02"}),
        options=(TranslatedText(fi="Kyllä"),),
        day=date(2026, 3, 2),
        clock=time(9, 30),
    )
    assert changes_between(BEFORE, after).after == {
        "starts_at": "2026-03-02T10:00:00+00:00",
        "attendance": "online",
        "regions": ["02", "17"],
        "options": [{"fi": "Kyllä"}],
        "day": "2026-03-02",
        "clock": "09:30:00",
    }
    assert changes_between(BEFORE, after).before == {
        "starts_at": "2026-03-02T09:00:00+00:00",
        "attendance": None,
        "regions": [],
        "options": [],
        "day": None,
        "clock": None,
    }
