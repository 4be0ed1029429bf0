"""Links that only we can make."""

from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.access.tokens import KEY_LENGTH, Purpose, key_of, new_key, token

SECRET = "a secret for tests that nobody else uses"


def test_token_opens_its_key_for_its_purpose_alone() -> None:
    key = new_key()
    link = token(key, Purpose.MANAGE, secret=SECRET)
    assert (len(key), len(link)) == (KEY_LENGTH, 46)
    assert key_of(link, Purpose.MANAGE, secret=SECRET) == key
    assert key_of(link, Purpose.JOIN, secret=SECRET) is None
    assert key_of(link, Purpose.MANAGE, secret=SECRET + "!") is None


def test_key_alone_opens_nothing() -> None:
    key = new_key()
    assert key_of(key, Purpose.MANAGE, secret=SECRET) is None


@given(st.text(max_size=60))
def test_forged_token_opens_nothing(given_text: str) -> None:
    assert key_of(given_text, Purpose.MANAGE, secret=SECRET) is None
