"""Opening a link is not an act: a mail filter that opens every link of every letter changes and learns nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock, Mailbox
from tests.support.letters import everything_stored, links_in, send_every_letter

pytestmark = [pytest.mark.usefixtures("db_session"), pytest.mark.both_databases]


def test_filter_that_opens_every_link_changes_and_learns_nothing(
    client: FlaskClient, clock: Clock, mailbox: Mailbox
) -> None:
    held = send_every_letter()
    links = links_in(mailbox)
    assert {"/j/", "/sv/r/", "/sv/s/", "/en/account/link/"} <= {link[: link.rfind("/") + 1] for link in links}
    stored, opens_at = everything_stored(), held.starts_at
    for at in (clock.now, opens_at, opens_at + timedelta(days=1)):
        clock.set(at)
        for link in links:
            for method, headers in (("HEAD", {}), ("GET", {}), ("GET", {"Sec-Purpose": "prefetch"})):
                answer = client.open(link, method=method, headers=headers)
                assert answer.status_code < 500
                assert "meeting.example" not in answer.get_data(as_text=True) + str(answer.headers), link
    assert everything_stored() == stored
