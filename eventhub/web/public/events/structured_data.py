"""An event for search engines (schema.org)."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from eventhub import urls
from eventhub.domain.enums import Attendance, AttendanceMode
from eventhub.domain.languages import Language
from eventhub.models import Event

_ATTENDANCE_MODES: Final = {
    AttendanceMode.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    AttendanceMode.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    AttendanceMode.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


def structured_data(event: Event, language: Language) -> dict[str, Any]:
    """Return the event as structured data for search engines: https://schema.org/Event."""
    page = urls.event_page(event, language)
    zone = ZoneInfo(event.timezone)
    places: list[dict[str, Any]] = []
    if Attendance.IN_PERSON in event.attendances:
        address = event.address.text(language, event.language)
        venue = event.venue.text(language, event.language) or address
        places.append({"@type": "Place", "name": str(venue), "address": str(address or venue)})
    if Attendance.ONLINE in event.attendances:
        elsewhere = str(event.external_url.text(language, event.language))
        places.append({"@type": "VirtualLocation", "url": elsewhere or page})
    cancelled = event.is_cancelled
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": str(event.title.text(language, event.language)),
        "description": str(event.summary.text(language, event.language)),
        "url": page,
        "startDate": event.starts_at.astimezone(zone).isoformat(),
        "endDate": event.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": _ATTENDANCE_MODES[event.attendance_mode],
        "location": places[0] if len(places) == 1 else places,
        "inLanguage": list(event.spoken_languages),
        "organizer": [
            {
                "@type": "Organization",
                "name": str(organisation.name.text(language, event.language)),
                **({"url": str(website)} if website else {}),
            }
            for organisation in event.organisers
            for website in [organisation.website_url.text(language, event.language)]
        ],
    }
