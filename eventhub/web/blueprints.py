"""All blueprints, in the order of the site's map."""

from typing import Final

from flask import Blueprint

from . import accounts, health

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    accounts.bp,
    health.bp,
)
