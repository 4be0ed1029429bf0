"""Which addresses letters reach."""

from __future__ import annotations

import pytest

from eventhub.domain.addresses import AddressFault, address_fault, mailable, normal_address, wire_address


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("Anna.Alho@Host.Example", "Anna.Alho@host.example"),
        ("office@äijä.example", "office@äijä.example"),
        ("åsa@host.example", None),
        ("asa", None),
        ("a b@host.example", None),
        (f"{'a' * 60}@{'b.' * 95}example", None),
        ("", None),
    ],
)
def test_an_address_is_one_that_every_server_takes(written: str, usual: str | None) -> None:
    assert mailable(written) == usual


@pytest.mark.parametrize(
    "pasted",
    [
        "Matti Meikäläinen <matti@host.example>",
        "Meikäläinen, Matti <matti@host.example>;",
        "mailto:matti@host.example?subject=Hei",
        "<mailto:matti@host.example>",
        "matti@host.example.",
        " matti@host.example, ",
        "”matti@host.example”",
        "'matti@host.example'",
        "\u200bmatti@host.example\u202c\u00a0",
        "matti＠host.example",
        "Matti@Host.Example",
    ],
)
def test_an_address_is_taken_out_of_what_hangs_on_it(pasted: str) -> None:
    assert (mailable(pasted) or "").lower() == normal_address(pasted) == "matti@host.example"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("matti.host.example", AddressFault.NO_AT),
        ("matti @host.example", AddressFault.SPACE),
        ("matti@host. example", AddressFault.SPACE),
        ("matti@host.example, maija@host.example", AddressFault.SEVERAL),
        ("matti@host.example;maija@host.example", AddressFault.SEVERAL),
        ("matti@host", AddressFault.NO_ENDING),
        ("mäkinen@host.example", AddressFault.LETTERS),
        ("matti@host..example", AddressFault.FORM),
        ("@host.example", AddressFault.FORM),
        ("", AddressFault.NO_AT),
        ("matti@host.example", None),
    ],
)
def test_what_is_wrong_with_an_address_is_named(written: str, fault: AddressFault | None) -> None:
    assert address_fault(written) == fault


@pytest.mark.parametrize(
    ("written", "known", "sent_to"),
    [
        ("info@Å.fi", "info@å.fi", "info@xn--5ca.fi"),
        ("info@xn--5ca.fi", "info@å.fi", "info@xn--5ca.fi"),
        ("info@a\u030a.fi", "info@å.fi", "info@xn--5ca.fi"),
        ("info@straße.example", "info@straße.example", "info@xn--strae-oqa.example"),
        ("info@host.example", "info@host.example", "info@host.example"),
    ],
)
def test_the_address_that_is_known_and_that_mail_goes_to_are_one(written: str, known: str, sent_to: str) -> None:
    """IDNA 2008: ß is a letter of its own, and no ss."""
    assert normal_address(written) == known
    assert wire_address(known) == sent_to
