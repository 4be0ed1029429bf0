"""Links that only we can make."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.access.tokens import KEY_LENGTH, Purpose, fresh_token, fresh_until, key_of, new_key, token

SECRET = "a secret for tests that nobody else uses"


def test_token_opens_its_key_for_its_purpose_alone() -> None:
    key = new_key()
    link = token(key, Purpose.MANAGE, secret=SECRET)
    assert len(key) == KEY_LENGTH
    assert key_of(link, Purpose.MANAGE, secret=SECRET) == key
    assert key_of(link, Purpose.JOIN, secret=SECRET) is None
    assert key_of(link, Purpose.MANAGE, secret=SECRET + "!") is None


def test_token_ends_in_a_sign_that_no_program_leaves_out() -> None:
    tokens = [token(f"{number:022}", Purpose.MANAGE, secret=SECRET) for number in range(2000)]
    assert [one for one in tokens if not one[-1].isalnum()] == []
    assert {len(one) for one in tokens} > {45, 46}


def test_token_opens_with_the_signs_that_a_program_leaves_out() -> None:
    """Links were once sent with them, and a full stop after a link may be taken for a part of it."""
    link = token(new_key(), Purpose.MANAGE, secret=SECRET)
    for tail in ("-", "_", "_-", ".", ","):
        assert key_of(link + tail, Purpose.MANAGE, secret=SECRET) == link[:KEY_LENGTH]


def test_key_alone_opens_nothing() -> None:
    key = new_key()
    assert key_of(key, Purpose.MANAGE, secret=SECRET) is None


@given(st.text(max_size=60))
def test_forged_token_opens_nothing(given_text: str) -> None:
    assert key_of(given_text, Purpose.MANAGE, secret=SECRET) is None


def test_fresh_token_says_until_when() -> None:
    until = datetime(2026, 3, 2, 10, tzinfo=UTC)
    link = fresh_token("bare", until=until, secret="s")
    assert fresh_until(link, secret="s") == ("bare", until)
    assert fresh_until(link, secret="t") == ("bare", None)
    assert fresh_until(link.replace("bare", "other"), secret="s") == ("other", None)
    for forged in ("bare", "bare.", "bare..", "bare.1.x", "bare.é.x", "bare.1.é", f"{link}x"):
        assert fresh_until(forged, secret="s") == ("bare", None)
