"""All blueprints, in the order of the site's map."""

from typing import Final

from flask import Blueprint

from . import accounts, events, health, joins, pages, pictures, registrations, reports, surveys
from .organise import agenda as organise_agenda
from .organise import agenda_parts as organise_agenda_parts
from .organise import board as organise_board
from .organise import events as organise_events
from .organise import history as organise_history
from .organise import hosts as organise_hosts
from .organise import materials as organise_materials
from .organise import messages as organise_messages
from .organise import organisations as organise_organisations
from .organise import people as organise_people
from .organise import registration as organise_registration
from .organise import survey as organise_survey
from .organise import texts as organise_texts

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    events.bp,
    registrations.bp,
    joins.bp,
    surveys.bp,
    reports.bp,
    pages.bp,
    pictures.bp,
    accounts.bp,
    organise_board.bp,
    organise_organisations.bp,
    organise_events.bp,
    organise_texts.bp,
    organise_agenda.bp,
    organise_agenda_parts.bp,
    organise_registration.bp,
    organise_people.bp,
    organise_messages.bp,
    organise_survey.bp,
    organise_hosts.bp,
    organise_materials.bp,
    organise_history.bp,
    health.bp,
)
