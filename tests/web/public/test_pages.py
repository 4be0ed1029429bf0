"""Standing pages, in three languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from eventhub.app import create_app
from eventhub.settings import Settings

pytestmark = pytest.mark.usefixtures("db_session")
TITLES = {
    "about": {"fi": "Tietoa EventHubista", "sv": "Om EventHub", "en": "About EventHub"},
    "privacy": {"fi": "Tietosuojaseloste", "sv": "Dataskyddsbeskrivning", "en": "Privacy notice"},
    "accessibility": {
        "fi": "Saavutettavuusseloste",
        "sv": "Tillgänglighetsutlåtande",
        "en": "Accessibility statement",
    },
}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("page", list(TITLES))
def test_page_speaks_three_languages(client: FlaskClient, page: str, language: str) -> None:
    text = client.get(f"/{language}/{page}").get_data(as_text=True)
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", text) == [TITLES[page][language]]
    assert len(set(re.findall(r'<a href="/(fi|sv|en)/' + page + '" lang=', text))) == 3


@pytest.mark.parametrize("page", list(TITLES))
def test_contact_is_the_one_that_is_set(settings: Settings, page: str) -> None:
    client = create_app(replace(settings, contact_email="help@host.example")).test_client()
    assert 'href="mailto:help@host.example"' in client.get(f"/en/{page}").get_data(as_text=True)


def test_accessibility_statement_holds_what_the_act_asks_for(client: FlaskClient) -> None:
    text = client.get("/en/accessibility").get_data(as_text=True)
    for words in ("306/2019", "Known issues", "22 November 2026", "within 14 days", "Traficom"):
        assert words in text
    assert 'href="mailto:eventhub@example.org"' in text


@pytest.mark.parametrize(
    ("language", "page", "address"),
    [
        ("fi", "www.saavutettavuusvaatimukset.fi", "saavutettavuus@traficom.fi"),
        ("sv", "www.tillganglighetskrav.fi", "tillganglighet@traficom.fi"),
        ("en", "www.saavutettavuusvaatimukset.fi/en", "saavutettavuus@traficom.fi"),
    ],
)
def test_accessibility_statement_leads_to_the_supervisor_in_the_reader_s_language(
    client: FlaskClient, language: str, page: str, address: str
) -> None:
    text = client.get(f"/{language}/accessibility").get_data(as_text=True)
    links = re.findall(r'href="(https://www\.(?:saav|till)[^"]*|mailto:[^"]*@traficom\.fi)"', text)
    assert links == [f"https://{page}", f"mailto:{address}"]


@pytest.mark.parametrize(
    ("language", "prepared", "switchboard"),
    [
        ("fi", "Seloste on laadittu 22.11.2026.", "Puhelinvaihde: 029\N{NO-BREAK SPACE}534\N{NO-BREAK SPACE}5000"),
        ("sv", "Utlåtandet har upprättats 22.11.2026.", "Växel: 029\N{NO-BREAK SPACE}534\N{NO-BREAK SPACE}5000"),
        (
            "en",
            "This statement was prepared on 22 November 2026.",
            "Switchboard: 029\N{NO-BREAK SPACE}534\N{NO-BREAK SPACE}5000",
        ),
    ],
)
def test_accessibility_statement_has_its_date_and_the_supervisor_s_telephone(
    client: FlaskClient, language: str, prepared: str, switchboard: str
) -> None:
    text = client.get(f"/{language}/accessibility").get_data(as_text=True)
    assert (prepared in text, switchboard in text) == (True, True)


@pytest.mark.parametrize(
    ("language", "address", "name", "object_to"),
    [
        ("fi", "https://tietosuoja.fi/", "Tietosuojavaltuutetun toimisto", "Voit myös vastustaa organisaatiotasi"),
        ("sv", "https://tietosuoja.fi/sv", "Dataombudsmannens byrå", "Du kan också göra invändningar mot"),
        ("en", "https://tietosuoja.fi/en", "Office of the Data Protection Ombudsman", "You can also object to"),
    ],
)
def test_privacy_notice_leads_to_the_ombudsman_in_the_reader_s_language_and_tells_of_the_right_to_object(
    client: FlaskClient, language: str, address: str, name: str, object_to: str
) -> None:
    text = client.get(f"/{language}/privacy").get_data(as_text=True)
    assert f'<a href="{address}" rel="noopener">{name}</a>' in text
    assert object_to in text


def test_privacy_notice_says_who_what_how_long_and_where_to_complain(client: FlaskClient) -> None:
    text = client.get("/en/privacy").get_data(as_text=True)
    for words in (
        "joint controllers",
        "30 days after the event",
        "12 months after the event",
        "tietosuoja.fi",
        "We use one essential cookie. It keeps forms safe and remembers what you sent last. For "
        "participants, it is removed when the browser is closed. We do not track you and no one else "
        "measures your visit, so we do not ask for consent.",
    ):
        assert words in text
