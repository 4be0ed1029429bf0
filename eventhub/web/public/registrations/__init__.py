"""Registrations as participants meet them, one blueprint.

- `registering.py`: the form, the page after it, the request for one's own link.
- `addresses.py`: another email address, confirmed by a link.
- `own_page.py`: a participant's own page behind their personal link.
- `forms.py`: the form itself, which organisers use too.
"""

from . import addresses, own_page, registering  # they add their routes to the blueprint
from .blueprint import bp

__all__ = ["addresses", "bp", "own_page", "registering"]
