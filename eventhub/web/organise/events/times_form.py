"""The start and end of an event, as its forms ask for them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l

from eventhub.domain.events.planning import TimesFault, times_fault
from eventhub.models import Event
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.fields import (
    clock_field,
    complain,
    day_field,
    instant,
    is_shown,
)

HOME: Final = "Europe/Helsinki"


class EventTimesForm(PostForm):
    """Start and end; a one-day event needs one day only."""

    starts_on = day_field(_l("Day"), required=_l("Enter the day."))
    starts_clock = clock_field(_l("Start time"), required=_l("Enter the start time."))
    ends_clock = clock_field(_l("End time"), required=_l("Enter the end time."))
    ends_on = day_field(_l("Last day"), description=_l("Only if the event lasts for more than one day."))

    #: The fields above the times on the page, so that the error summary follows the page's order.
    above: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, event: Event | None = None, **kwargs: Any) -> None:
        self._event = event
        super().__init__(*args, **kwargs)
        for name in reversed(self.above):
            self._fields.move_to_end(name, last=False)

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        right = is_shown(self.starts_clock, self.starts_on.data, self.zone) and right
        right = is_shown(self.ends_clock, self._last_day, self.zone) and right
        starts_at, ends_at = self.starts_at, self.ends_at
        if starts_at is not None and ends_at is not None:
            fault = times_fault(starts_at, ends_at)
            if fault is TimesFault.ENDS_BEFORE_START:
                complain(self.ends_clock, _l("The event must end after it starts."))
            elif fault is TimesFault.TOO_LONG:
                complain(self.ends_on, _l("An event can last for up to 60 days."))
            right = fault is None and right
        return right

    @property
    def zone(self) -> str:
        return self._event.timezone if self._event is not None else HOME

    @property
    def starts_at(self) -> datetime | None:
        return self._instant("starts_at", self.starts_on.data, self.starts_clock.data)

    @property
    def ends_at(self) -> datetime | None:
        return self._instant("ends_at", self._last_day, self.ends_clock.data)

    def _instant(self, name: str, day: date | None, clock: time | None) -> datetime | None:
        """Return the entered time; the event's exact `name` while it still shows the same."""
        return instant(day, clock, self.zone, known=getattr(self._event, name, None))

    @property
    def _last_day(self) -> date | None:
        last: date | None = self.ends_on.data or self.starts_on.data
        return last
