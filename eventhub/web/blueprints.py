"""All blueprints, in the order of the site map."""

from typing import Final

from flask import Blueprint

from eventhub.web.organise import people as organise_people
from eventhub.web.organise.agenda import resources as organise_agenda_resources
from eventhub.web.organise.agenda import speakers as organise_speakers
from eventhub.web.organise.agenda import views as organise_agenda
from eventhub.web.organise.colleagues import views as organise_colleagues
from eventhub.web.organise.events import texts as organise_texts
from eventhub.web.organise.events import views as organise_events
from eventhub.web.organise.feedback import enquiries as organise_enquiries
from eventhub.web.organise.feedback import questions as organise_survey_questions
from eventhub.web.organise.feedback import views as organise_feedback
from eventhub.web.organise.hosts import views as organise_hosts
from eventhub.web.organise.materials import views as organise_materials
from eventhub.web.organise.messages import views as organise_messages
from eventhub.web.organise.organisations import views as organise_organisations
from eventhub.web.organise.places import views as organise_places
from eventhub.web.organise.questions import views as organise_questions
from eventhub.web.public.surveys import views as surveys

from .account import views as accounts
from .http import health
from .organise import board as organise_board
from .organise import history as organise_history
from .organise import todos as organise_todos
from .public import events, joins, pages, pictures, registrations, reports

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
    organise_todos.bp,
    organise_organisations.bp,
    organise_colleagues.bp,
    organise_events.bp,
    organise_texts.bp,
    organise_agenda.bp,
    organise_agenda_resources.bp,
    organise_speakers.bp,
    organise_places.bp,
    organise_questions.bp,
    organise_people.bp,
    organise_messages.bp,
    organise_feedback.bp,
    organise_survey_questions.bp,
    organise_enquiries.bp,
    organise_hosts.bp,
    organise_materials.bp,
    organise_history.bp,
    health.bp,
)
