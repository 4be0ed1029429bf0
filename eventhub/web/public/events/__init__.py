"""The public pages of events, one blueprint.

- `listing.py`: the list of events, searched and filtered (`forms.py`).
- `page.py`: one event's page, to anonymous visitors from the page cache; `far_off.py` and `structured_data.py` are
  parts of it: the time until the event in words, and the event for search engines.
- `calendars.py`: the list as a feed to subscribe to, one event as a calendar file.
"""

from . import calendars, listing, page  # they add their routes to the blueprint
from .blueprint import bp

__all__ = ["bp", "calendars", "listing", "page"]
