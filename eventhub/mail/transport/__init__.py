"""Transports of a letter's bytes: SMTP, or a Maildir while no server is set.

`from eventhub.mail import transport`.
"""

from .base import Permanent, ServerAway, Temporary, Transport, is_example_address
from .choice import transport_for
