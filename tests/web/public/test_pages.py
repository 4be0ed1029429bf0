"""Standing pages, in three languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from eventhub.app import create_app
from eventhub.settings import Settings
from tests.support.pages import read_page

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
def test_page_is_in_three_languages(client: FlaskClient, page: str, language: str) -> None:
    found = read_page(client, f"/{language}/{page}")
    assert (found.lang, found.heading) == (language, TITLES[page][language])
    assert found.language_switch == [f"/{other}/{page}" for other in ("fi", "sv", "en")]


@pytest.mark.parametrize("page", list(TITLES))
def test_contact_is_the_one_that_is_set(settings: Settings, page: str) -> None:
    client = create_app(replace(settings, contact_email="help@host.example")).test_client()
    assert "mailto:help@host.example" in read_page(client, f"/en/{page}").addresses


def test_privacy_notice_names_the_processor_that_is_set(settings: Settings) -> None:
    client = create_app(replace(settings, processor="Example & Association")).test_client()
    named = "Example & Association runs this service and is the data processor"
    assert named in read_page(client, "/en/privacy").text
    client = create_app(settings).test_client()
    assert "The administrator of this service is the data processor" in read_page(client, "/en/privacy").text


def test_accessibility_statement_holds_what_the_act_asks_for(client: FlaskClient) -> None:
    page = read_page(client, "/en/accessibility")
    wanted = ("306/2019", "Known issues", "22 November 2026", "within 14 days", "Traficom")
    assert [words for words in wanted if words not in page.text] == []
    assert "mailto:eventhub@example.org" in page.addresses


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
    addresses = read_page(client, f"/{language}/accessibility").addresses
    supervisor = [one for one in addresses if one.startswith("https://www.") or one.endswith("@traficom.fi")]
    assert supervisor == [f"https://{page}", f"mailto:{address}"]


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
    page = read_page(client, f"/{language}/accessibility")
    assert (prepared in page.text, switchboard in page.text) == (True, True)


@pytest.mark.parametrize(
    ("language", "address", "name", "object_to"),
    [
        (
            "fi",
            "https://tietosuoja.fi/",
            "Tietosuojavaltuutetun toimisto",
            "Sinulla on oikeus vastustaa organisaatiotasi",
        ),
        ("sv", "https://tietosuoja.fi/sv", "Dataombudsmannens byrå", "Du har rätt att göra invändningar mot"),
        (
            "en",
            "https://tietosuoja.fi/en",
            "Office of the Data Protection Ombudsman",
            "You have the right to object to",
        ),
    ],
)
def test_privacy_notice_leads_to_the_ombudsman_in_the_reader_s_language_and_tells_of_the_right_to_object(
    client: FlaskClient, language: str, address: str, name: str, object_to: str
) -> None:
    page = read_page(client, f"/{language}/privacy")
    assert (name, address) in page.links
    assert object_to in page.text


def test_privacy_notice_names_controllers_retention_and_supervisor(client: FlaskClient) -> None:
    page = read_page(client, "/en/privacy")
    for words in (
        "joint controllers",
        "30 days after the event",
        "12 months after the event",
        "We use one essential cookie. It keeps forms safe and remembers what you sent last. For "
        "participants, it is removed when the browser is closed. We do not track you and no one else "
        "measures your visit, so we do not ask for consent.",
    ):
        assert words in page.text
