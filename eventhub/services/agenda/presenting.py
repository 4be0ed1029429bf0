"""The surveys that a session may present: others' titles are not offered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from eventhub.db import db
from eventhub.domain.access.actor import Actor
from eventhub.domain.errors import NotFound
from eventhub.models import Event, Host, Membership, Survey
from eventhub.models.surveys import REPORT_IS_PUBLIC


def presentable_surveys(event: Event, *, actor: Actor) -> Sequence[Survey]:
    """Return the surveys whose report a session may present, newest first.

    They are the public ones, and those of the hosts that the member of staff belongs to: a draft that adds an
    organisation as host must not show its organisers that organisation's surveys.
    """
    own = select(Host.organisation_id).join(
        Membership, and_(Membership.organisation_id == Host.organisation_id, Membership.user_id == actor.user_id)
    )
    return db.session.scalars(
        select(Survey)
        .where(or_(and_(*REPORT_IS_PUBLIC), Survey.organisation_id.in_(own.where(Host.event_id == event.id))))
        .order_by(Survey.created_at.desc(), Survey.id.desc())
    ).all()


def check_presentable(event: Event, survey_id: int | None, *, actor: Actor) -> None:
    """Check that a member of staff is offered this survey. Raises: NotFound."""
    if survey_id is None or not actor.is_staff:
        return
    if survey_id not in {survey.id for survey in presentable_surveys(event, actor=actor)}:
        raise NotFound
