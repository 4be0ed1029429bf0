"""Situations of a person and an event, the sentences that may be said in them, and an oracle of which hold.

The oracle is written from the situation as a person would tell it, not from the rules of the domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from eventhub.domain.languages import Language

ATTENDANCES: Final = ("on_site", "remote")
STATUSES: Final = ("place", "waiting", "cancelled_by_person", "cancelled_by_organiser")
PHASES: Final = ("not_yet", "open", "closed", "begun", "over", "event_cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A hybrid event and a person at a moment.

    Both ways to attend have a number of places, unless `limited` is False for the person's own.
    """

    attendance: str
    status: str
    phase: str
    others_wait: bool
    limited: bool
    other_full: bool
    materials: bool
    came: bool

    @property
    def is_possible(self) -> bool:
        """Return whether it can happen: people wait only for a full attendance; who has no place did not come."""
        if not self.limited and (self.others_wait or self.status == "waiting"):
            return False
        if self.came and (self.status != "place" or self.phase in {"not_yet", "open", "closed"}):
            return False
        return not (self.materials and self.phase not in {"over"})


def scenes() -> Iterator[Scene]:
    """Yield every possible scene."""
    for attendance, status, phase, *flags in product(ATTENDANCES, STATUSES, PHASES, *[(False, True)] * 5):
        others_wait, limited, other_full, materials, came = flags
        scene = Scene(
            attendance=attendance, status=status, phase=phase, others_wait=others_wait, limited=limited,
            other_full=other_full, materials=materials, came=came,
        )  # fmt: skip
        if scene.is_possible:
            yield scene


#: Each sentence by its name, in Finnish, Swedish and English; a part that no other sentence has.
SENTENCES: Final = {
    "thanks": ("Kiitos osallistumisesta", "Tack för att du deltog", "Thank you for taking part"),
    "next_gets_place": ("siirtyy jonossa seuraavalle", "går till nästa i kön", "will go to the next"),
    "place_opens": ("Paikkasi vapautuu muille", "Din plats blir ledig för andra", "available to others"),
    "place_ends": ("Sinulla ei ole enää paikkaa", "Du har inte längre någon plats", "You will no longer have a place"),
    "list_ends": ("Poistut jonotuslistalta", "Du lämnar kön", "You will leave the waiting list"),
    "can_return": ("voit ilmoittautua uudelleen tapahtuman", "kan du anmäla dig på nytt på", "register again on"),
    "can_put_back": ("voit palauttaa ilmoittautumisesi", "kan du återställa din", "can put your registration"),
    "cannot_return": ("ei voi enää ilmoittautua", "går inte längre att anmäla sig", "can no longer register for this"),
    "return_later": ("myöhemmin uudelleen", "anmäla dig på nytt senare", "You can register again later"),
    "would_wait": ("Jos tapahtuma on silloin", "Om evenemanget då är", "If the event is full then"),
    "no_return_later": ("joten et voi ilmoittautua", "så du kan inte anmäla dig", "so you cannot register again"),
    "opens_later": ("Ilmoittautuminen alkaa", "Anmälan öppnas", "Registration opens on"),
    "cancel_for_others": ("niin paikkasi vapautuu toiselle", "din plats blir ledig för någon", "so that another"),
    "cancel": ("Jos et pääsekään mukaan, peru", "Om du får förhinder kan du avboka", "please cancel"),
    "list_moves": ("Jos sinulle vapautuu paikka", "Om en plats blir ledig för dig", "available for you"),
    "list_stands": ("Jonotuslistalta ei enää", "Kön får inte längre", "no longer given to the waiting list"),
    "full_everywhere": ("Tapahtuma on täynnä. Olet", "Evenemanget är fullbokat. Du", "The event is full. You"),
    "full_on_site": ("Paikan päällä ei ole vapaita", "inga lediga platser på plats", "no free places on site"),
    "full_remotely": ("Etäosallistujille ei ole vapaita", "inga lediga platser på distans", "no free places for"),
    "room_on_site": ("Paikan päällä on vapaita", "finns lediga platser på plats", "There are free places on site"),
    "room_remotely": ("Etäosallistujille on vapaita", "finns lediga platser på distans", "There are free places for"),
    "materials_are": ("Materiaalit ovat", "Materialet finns", "The materials are on"),
    "materials_may_come": ("Materiaalit tulevat", "Material läggs ut", "Materials will appear"),
}  # fmt: skip


def said_in(text: str, language: Language) -> set[str]:
    """Return the names of the sentences that stand in a text."""
    column = (Language.FI, Language.SV, Language.EN).index(language)
    words = " ".join(text.split()).lower()
    return {name for name, parts in SENTENCES.items() if parts[column].lower() in words}


@dataclass(frozen=True, slots=True)
class Expected:
    """What is true in a scene, told plainly: what may be said before and after cancelling, and while waiting."""

    giving_up: frozenset[str]
    returning: frozenset[str]
    returning_later: frozenset[str]
    cannot_come: frozenset[str]
    waiting: frozenset[str]
    outlook: frozenset[str]
    room: frozenset[str]
    materials: frozenset[str]


def expected(scene: Scene) -> Expected:
    """Return the sentences that are true in a scene, by what they are about."""
    on_site = scene.attendance == "on_site"
    to_come = scene.phase in {"not_yet", "open", "closed", "begun"}
    open_now = scene.phase in {"open", "begun"}
    list_stands = on_site and scene.phase == "begun"
    someone_takes_it = scene.others_wait and not list_stands
    has_place, waits = scene.status == "place" and to_come, scene.status == "waiting" and to_come
    anyone_may_take_it = scene.limited and not someone_takes_it and (open_now or scene.phase == "not_yet")
    other_has_room = not scene.other_full
    returns = {
        "not_yet": "opens_later",
        "open": "can_return",
        "begun": "can_return",
        "closed": "cannot_return",
        "over": "cannot_return",
    }
    later = {
        "not_yet": "opens_later",
        "open": "return_later",
        "begun": "return_later",
        "closed": "no_return_later",
        "over": "no_return_later",
    }
    giving_up: set[str] = {"list_ends"} if waits else set()
    if has_place:
        giving_up = {"next_gets_place" if someone_takes_it else "place_opens" if anyone_may_take_it else "place_ends"}
    cannot_come = {"cancel"} if has_place else set()
    if has_place and (someone_takes_it or anyone_may_take_it):
        cannot_come = {"cancel", "cancel_for_others"}
    returning_later = {later[scene.phase]} if scene.phase in later else set()
    if open_now and scene.limited and not list_stands:
        returning_later.add("would_wait")
    full_here = "full_on_site" if on_site else "full_remotely"
    return Expected(
        giving_up=frozenset(giving_up),
        returning=frozenset(
            {returns[scene.phase]} if scene.status == "cancelled_by_person" and scene.phase in returns else ()
        ),
        returning_later=frozenset(returning_later),
        cannot_come=frozenset(cannot_come),
        waiting=frozenset({full_here if other_has_room else "full_everywhere"} if waits else ()),
        outlook=frozenset({"list_stands" if list_stands else "list_moves"} if waits else ()),
        room=frozenset({"room_remotely" if on_site else "room_on_site"} if waits and other_has_room else ()),
        materials=frozenset({"materials_are" if scene.materials else "materials_may_come"}),
    )
