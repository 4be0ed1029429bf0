"""A person's own link, and how their registration stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventhub import urls
from eventhub.domain.enums import (
    EventStatus,
    MessageKind,
    RegistrationStatus,
)
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import render
from eventhub.models import Event
from eventhub.services.registrations import cancel_registration
from tests.mail.writing import message_of
from tests.support.factories import (
    NOW,
    acting,
    make_registration,
    make_user,
    themselves,
)


@pytest.mark.parametrize(
    ("status", "subject", "words"),
    [
        ("confirmed", "Oma linkkisi", ("Olet jo ilmoittautunut", "ilmoittautumisesi on voimassa")),
        (
            "waitlisted",
            "Olet jonotuslistalla",
            (
                "Olet jo jonotuslistalla",
                "Mikään ei ole muuttunut: olet jonotuslistalla, ja ilmoitamme sinulle sähköpostitse heti, "
                "kun saat paikan.",
            ),
        ),
        ("cancelled", "Ilmoittautumisesi on peruttu", ("voit ilmoittautua uudelleen tapahtuman sivulla",)),
    ],
)
def test_own_link_letter_names_the_status(event: Event, status: str, subject: str, words: tuple[str, ...]) -> None:
    person = make_registration(event, status=RegistrationStatus(status), language=Language.FI)
    letter = render(message_of(person, MessageKind.OWN_LINK), now=NOW)
    assert letter.subject == f"{subject} – Työllisyysfoorumi"
    for words_of in (letter.text, letter.html):
        assert [word for word in words if word not in words_of] == []
        assert ("ilmoittautumisesi on voimassa" in words_of) is (status == "confirmed")
    event.status = EventStatus.CANCELLED
    letter = render(message_of(person, MessageKind.OWN_LINK), now=NOW)
    assert letter.subject == "Peruttu – Työllisyysfoorumi"
    assert "Järjestäjä on perunut tapahtuman." in letter.text and "Järjestäjä on perunut tapahtuman." in letter.html


def test_only_participants_who_can_register_again_are_invited_to(event: Event) -> None:
    words = "kan du anmäla dig på nytt", "Arrangören har avbokat din anmälan."
    person, other = make_registration(event), make_registration(event)
    cancel_registration(person, actor=themselves(person), now=NOW)
    cancel_registration(other, actor=acting(make_user(event.hosts[0].organisation)), now=NOW)
    closed = event.ends_at - timedelta(minutes=1)
    event.registration_closes_at = event.starts_at
    for registration, now, said in (
        (person, NOW, (True, False)),
        (person, closed, (False, False)),
        (other, NOW, (False, True)),
    ):
        letter = render(message_of(registration, MessageKind.OWN_LINK), now=now)
        for text in (letter.text, letter.html):
            assert tuple(part in text for part in words) == said
    late = message_of(person, MessageKind.REGISTRATION_CANCELLED, context={"by_organiser": False})
    kept = (
        "Om det här var ett misstag kan du återställa din anmälan. Din plats är reserverad för dig till klockan 11.10."
    )
    for text in (render(late, now=NOW).text, render(late, now=NOW).html):
        assert kept in text
        assert urls.put_back_page(person) in text
    person.place_held_until = None
    assert urls.put_back_page(person) not in render(late, now=closed).text
