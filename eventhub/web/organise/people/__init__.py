"""The registrants of an event, one blueprint.

- `views.py`: the list, one person's page and details, and attendance.
- `places.py`: cancelling, putting back, and a place over the limit.
- `exports.py`: the table for export.
"""

from . import places, views  # they add their routes to the blueprint
from .blueprint import bp

__all__ = ["bp", "places", "views"]
