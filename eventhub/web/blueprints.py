"""All blueprints, in the order of the site's map."""

from typing import Final

from flask import Blueprint

from . import accounts, events, health, joins, pages, registrations, reports, surveys

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    events.bp,
    registrations.bp,
    joins.bp,
    surveys.bp,
    reports.bp,
    pages.bp,
    accounts.bp,
    health.bp,
)
