"""The blueprint of the public events, to which the modules of this package add their routes."""

from flask import Blueprint

bp = Blueprint("events", __name__)
