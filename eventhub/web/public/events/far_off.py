"""The time until an event, in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.domain.events.countdown import Countdown, CountdownUnit


def far_off(left: Countdown) -> str:
    """Return "in 3 days", "tomorrow" or "today, in 2 hours"; empty once the event is over."""
    count = left.count
    match left.unit:
        case CountdownUnit.OVER:
            return ""
        case CountdownUnit.RUNNING:
            return _("Happening now")
        case CountdownUnit.MINUTES:
            return ngettext("in %(count)s minute", "in %(count)s minutes", count, count=count)
        case CountdownUnit.HOURS:
            return ngettext("today, in %(count)s hour", "today, in %(count)s hours", count, count=count)
        case CountdownUnit.TOMORROW:
            return _("tomorrow")
        case CountdownUnit.DAYS:
            return ngettext("in %(count)s day", "in %(count)s days", count, count=count)
        case CountdownUnit.WEEKS:
            return ngettext("in %(count)s week", "in %(count)s weeks", count, count=count)
        case CountdownUnit.MONTHS:
            return ngettext("in %(count)s month", "in %(count)s months", count, count=count)
