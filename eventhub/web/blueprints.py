"""All blueprints, in the order of the site's map."""

from typing import Final

from flask import Blueprint

from . import accounts

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    accounts.bp,
)
