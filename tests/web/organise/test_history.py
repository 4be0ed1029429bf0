"""The history in words."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.changes import Changes
from eventhub.domain.enums import AuditAction, HostRole
from eventhub.models import User
from eventhub.services.audit import record
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user, texts
from tests.support.pages import read_page

ADDRESS = "/en/organise/events/forum/history"
SignIn = Callable[[User], FlaskClient]


class Reading(HTMLParser):
    """What a page of the history folds away: the summaries, and each text with its name and language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.summaries: list[str] = []
        self.wording: list[tuple[str, str | None, str]] = []
        self._folded = False
        self._tag, self._text, self._name = "", "", ""
        self._language: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self._folded = dict(attrs).get("class") == "wording"
        if self._folded and tag in {"summary", "dt", "dd"}:
            self._tag, self._text, self._language = tag, "", dict(attrs).get("lang")

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if not self._folded or tag != self._tag:
            return
        if tag == "summary":
            self.summaries.append(self._text)
        elif tag == "dt":
            self._name = self._text
        else:
            self.wording.append((self._name, self._language, self._text))
        self._tag = ""


def test_history_names_actor_change_and_recipients(sign_in: SignIn, db_session: Session) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation, name="Anna Example")
    record(AuditAction.EDITED, now=NOW, event=event, actor=acting(by), fields=["title", "contact_email"], told=2)
    page = read_page(sign_in(by), ADDRESS)
    assert "Changed: title, contact email" in page.text
    assert "2 people were notified by email." in page.text
    assert "Mon 2 March 2026, 11:00 (EET)" in page.text


@pytest.mark.parametrize("kind", list(AuditAction))
def test_every_audit_action_has_a_sentence(sign_in: SignIn, db_session: Session, kind: AuditAction) -> None:
    event = make_event("forum")
    record(
        kind,
        actor=SYSTEM,
        now=NOW,
        event=event,
        what="added",
        host=texts("SOSTE").as_json(),
        fields=["title"],
        messages=3,
        changes=Changes(before={"capacity": 1}, after={"capacity": 2}),
    )
    page = sign_in(make_user(event.hosts[0].organisation)).get(ADDRESS)
    assert page.status_code == 200
    assert "Something was recorded" not in page.text


def test_a_co_organiser_sees_no_single_people(sign_in: SignIn, db_session: Session) -> None:
    co = make_organisation()
    event = make_event("forum", hosts={co: HostRole.CO_ORGANISER})
    record(AuditAction.REGISTERED, actor=SYSTEM, now=NOW, registration=make_registration(event, name="Maija Example"))
    assert "Maija Example" in read_page(sign_in(make_user(event.hosts[0].organisation)), ADDRESS).text
    assert "Maija Example" not in sign_in(make_user(co)).get(ADDRESS).text


def test_the_page_takes_as_many_statements_for_three_as_for_one(
    sign_in: SignIn, statements: Callable[..., object], db_session: Session
) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation)
    client = sign_in(by)

    def furnish() -> None:
        record(AuditAction.EDITED, now=NOW, event=event, actor=acting(make_user()))
        record(AuditAction.REGISTERED, actor=SYSTEM, now=NOW, registration=make_registration(event))

    def count() -> int:
        client.get(ADDRESS)
        with statements() as seen:  # type: ignore[attr-defined]
            client.get(ADDRESS)
        return len(seen)

    furnish()
    for_one = count()
    furnish()
    furnish()
    assert count() == for_one


def test_a_changed_text_shows_the_earlier_and_the_new_one_folded(sign_in: SignIn, db_session: Session) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation, name="Anna Example")
    changes = Changes(
        before={"title.fi": "Vanha otsikko", "title.en": None, "starts_at": "2026-03-02T10:00:00+00:00"},
        after={"title.fi": "Uusi <otsikko>", "title.en": "New title", "starts_at": "2026-03-02T11:00:00+00:00"},
    )
    record(AuditAction.EDITED, actor=acting(by), now=NOW, event=event, changes=changes)
    page = Reading(sign_in(by).get(ADDRESS).text)
    assert page.summaries == ["Show the earlier text: Mon 2 March 2026, 11:00 (EET)"]
    assert page.wording == [
        ("title (Finnish), earlier text", "fi", "Vanha otsikko"),
        ("title (Finnish), new text", "fi", "Uusi <otsikko>"),
        ("title (English), earlier text", None, "No text"),
        ("title (English), new text", "en", "New title"),
    ]


@pytest.mark.parametrize(("language", "summary"), [("fi", "Näytä aiempi teksti"), ("sv", "Visa den tidigare texten")])
def test_the_earlier_text_is_offered_in_the_pages_language(
    sign_in: SignIn, db_session: Session, language: str, summary: str
) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation)
    changes = Changes(before={"title.fi": "Vanha"}, after={"title.fi": "Uusi"})
    record(AuditAction.EDITED, actor=acting(by), now=NOW, event=event, changes=changes)
    page = Reading(sign_in(by).get(f"/{language}/organise/events/forum/history").text)
    assert [one.partition(":")[0] for one in page.summaries] == [summary]
    assert [(lang, words) for _, lang, words in page.wording] == [("fi", "Vanha"), ("fi", "Uusi")]
