"""Links in letters lead to pages that there are."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session

from eventhub import urls
from eventhub.domain.access.tokens import Purpose, key_of
from eventhub.domain.languages import Language
from eventhub.models import SurveyInvitation
from eventhub.settings import Settings
from tests.support.factories import make_event, make_registration


def test_every_link_leads_to_a_page_of_the_service(app: Flask, db_session: Session) -> None:
    event = make_event("forum")
    person = make_registration(event, language=Language.SV)
    found = {
        urls.home(Language.FI): "events.index",
        urls.event_page(event, Language.FI): "events.show",
        urls.own_page(person): "registrations.show",
        urls.join(person): "joins.show",
        urls.survey(SurveyInvitation(key="k" * 22), Language.EN): "surveys.show",
        urls.sign_in("t" * 43, Language.SV): "account.link",
    }
    routes = app.url_map.bind("localhost")
    endpoints = {address: routes.match(urlsplit(address).path)[0] for address in found}
    assert {address: endpoint.partition(".")[0] for address, endpoint in endpoints.items()} == {
        address: endpoint.partition(".")[0] for address, endpoint in found.items()
    }


def test_links_begin_with_the_public_address(settings: Settings, db_session: Session) -> None:
    person = make_registration(make_event(), language=Language.SV)
    assert urls.own_page(person).startswith(f"{settings.public_url}/sv/r/")
    assert urls.host() == "localhost"


def test_link_token_opens_its_purpose_only(settings: Settings, db_session: Session) -> None:
    person = make_registration(make_event())
    token = urls.join(person).rpartition("/")[2]
    assert key_of(token, Purpose.JOIN, secret=settings.secret_key) == person.join_key
    assert key_of(token, Purpose.MANAGE, secret=settings.secret_key) is None
