"""The time until an event, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.domain import dates
from eventhub.models import Event


@dataclass(frozen=True, slots=True)
class FarOff:
    """The time until an event in words, empty once it is over, and until when the words are correct."""

    words: str
    until: datetime


def how_far_off(event: Event, *, now: datetime) -> FarOff:
    """Return "in 3 days", "tomorrow" or "in 2 hours".

    Days count by the event's wall clock, hours and minutes by the time left.
    """
    if event.is_over(now):
        return FarOff("", now + timedelta(days=1))
    if now >= event.starts_at:
        return FarOff(_("Happening now"), event.ends_at)
    left = event.starts_at - now
    days = dates.whole_days_until(event.starts_at, now=now, timezone=event.timezone)
    if days == 0 and left < timedelta(hours=1):
        minutes = max(-(-left // timedelta(minutes=1)), 1)
        words = ngettext("in %(count)s minute", "in %(count)s minutes", minutes, count=minutes)
        return FarOff(words, event.starts_at - (minutes - 1) * timedelta(minutes=1))
    if days == 0:
        hours = left // timedelta(hours=1)
        words = ngettext("today, in %(count)s hour", "today, in %(count)s hours", hours, count=hours)
        return FarOff(words, event.starts_at - hours * timedelta(hours=1) + timedelta(microseconds=1))
    midnight = dates.local(now, event.timezone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    until = (midnight + timedelta(days=1)).replace(tzinfo=ZoneInfo(event.timezone))
    if days == 1:
        return FarOff(_("tomorrow"), until)
    if days < 14:
        return FarOff(ngettext("in %(count)s day", "in %(count)s days", days, count=days), until)
    if days < 61:
        weeks = days // 7
        return FarOff(ngettext("in %(count)s week", "in %(count)s weeks", weeks, count=weeks), until)
    months = days * 12 // 365
    return FarOff(ngettext("in %(count)s month", "in %(count)s months", months, count=months), until)
