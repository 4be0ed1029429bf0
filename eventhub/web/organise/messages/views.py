"""Messages: what is planned, sent and failed, and the rules that plan them."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from eventhub.clock import utcnow
from eventhub.db.pages import Position
from eventhub.domain.access.roles import Action
from eventhub.domain.enums import MessageKind, MessageState, RuleKind
from eventhub.domain.errors import NotFound, Taken, TimePassed
from eventhub.domain.messages.windows import can_plan, is_last_call
from eventhub.models import Event, Message, MessageRule
from eventhub.queries import messages as queries
from eventhub.queries import people as people_query
from eventhub.services import messages as services
from eventhub.web.http.access import event_or_404, open_event_or_refuse, staff_actor
from eventhub.web.http.languages import LANG
from eventhub.web.http.row_ids import row_id

from .forms import RuleForm, duration_words

bp = Blueprint("organise_messages", __name__, url_prefix=f"{LANG}/organise/events/<slug>/messages")

Value = TypeVar("Value", bound=StrEnum)


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """Show the plan, the rules, and the messages."""
    return _index(event_or_404(slug, Action.SEE_MESSAGES))


@bp.post("/rules")
def create_rule(slug: str) -> ResponseReturnValue:
    """Add a rule."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    form = RuleForm()
    if not form.validate_on_submit():
        return _index(event, form), 422
    try:
        services.add_rule(event, form.rule_kind, minutes=form.minutes, actor=staff_actor(), now=utcnow())
    except Taken:
        form.amount.errors = (_("There is already a message like this."),)
        return _index(open_event_or_refuse(slug, Action.EDIT_EVENT), form), 422
    except TimePassed:
        form.amount.errors = (_("That time has passed, so no one would get the message."),)
        return _index(open_event_or_refuse(slug, Action.EDIT_EVENT), form), 422
    flash(_("The message has been planned."), "success")
    return redirect(url_for(".index", slug=event.slug), 303)


@bp.get("/rules/<int:rule_id>/remove")
def confirm_destroy_rule(slug: str, rule_id: int) -> ResponseReturnValue:
    """Show what will not be sent."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    rule = _rule(event, rule_id)
    concerned = sum(one.recipients for one in services.plan(event, now=utcnow()) if one.rule is rule)
    return render_template(
        "organise/messages/confirm_destroy_rule.html",
        event=event,
        rule=rule,
        words=rule_words(rule),
        concerned=concerned,
        ends_feedback=concerned > 0 and queries.is_only_way_of_survey(rule),
    )


@bp.post("/rules/<int:rule_id>/remove")
def destroy_rule(slug: str, rule_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    services.remove_rule(_rule(event, rule_id), actor=staff_actor(), now=utcnow())
    flash(_("The message will not be sent."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.get("/<int:message_id>")
def show(slug: str, message_id: int) -> ResponseReturnValue:
    """Show one message with its text."""
    event = event_or_404(slug, Action.SEE_MESSAGES)
    message = _message(event, message_id)
    return render_template(
        "organise/messages/show.html",
        event=event,
        message=message,
        text_sent=queries.text_of(message, now=utcnow()),
        is_repeatable=services.can_send_again(message, now=utcnow()),
    )


@bp.post("/<int:message_id>/again")
def send_again(slug: str, message_id: int) -> ResponseReturnValue:
    event = event_or_404(slug, Action.SEND_MESSAGES)
    message = _message(event, message_id)
    services.send_again(message, actor=staff_actor(), now=utcnow())
    flash(_("The message will be sent again."), "success")
    return redirect(url_for(".show", slug=event.slug, message_id=message_id), 303)


@bp.post("/failed/again")
def send_failed_again(slug: str) -> ResponseReturnValue:
    """Send again all failed messages that are still true."""
    event = event_or_404(slug, Action.SEND_MESSAGES)
    count = services.send_failed_again(event, actor=staff_actor(), now=utcnow())
    if count:
        flash(
            ngettext(
                "%(number)s message will be sent again.", "%(number)s messages will be sent again.", count, number=count
            ),
            "success",
        )
    else:
        flash(
            _("There was nothing to send again. The failed messages are out of date or have been sent since."), "info"
        )
    return redirect(url_for(".index", slug=event.slug), 303)


def rule_words(rule: MessageRule) -> str:
    """Return the rule in words: "2 days before the start"."""
    number, unit = duration_words(rule.offset_minutes)
    if rule.kind is RuleKind.REMINDER:
        if unit == "days":
            return ngettext(
                "%(number)s day before the start", "%(number)s days before the start", number, number=number
            )
        if unit == "hours":
            return ngettext(
                "%(number)s hour before the start", "%(number)s hours before the start", number, number=number
            )
        return ngettext(
            "%(number)s minute before the start", "%(number)s minutes before the start", number, number=number
        )
    if unit == "days":
        return ngettext("%(number)s day after the end", "%(number)s days after the end", number, number=number)
    if unit == "hours":
        return ngettext("%(number)s hour after the end", "%(number)s hours after the end", number, number=number)
    return ngettext("%(number)s minute after the end", "%(number)s minutes after the end", number, number=number)


def _index(event: Event, form: RuleForm | None = None) -> str:
    now = utcnow()
    kind, state = _chosen(MessageKind, "kind"), _chosen(MessageState, "state")
    last_call = is_last_call(event, now=now)
    plan = services.plan(event, now=now)
    thanks_wait = any(one.kind is MessageKind.FOLLOW_UP for one in plan)
    return render_template(
        "organise/messages/index.html",
        event=event,
        plan=plan,
        thanks_wait=thanks_wait,
        without_email=queries.without_email(event),
        took_part=people_query.attendance_record_counts(event) if thanks_wait and event.is_over(now) else None,
        rules=[(rule, rule_words(rule)) for rule in queries.rules(event)],
        form=form or RuleForm(formdata=MultiDict(), data={"kind": RuleKind.REMINDER.value, "unit": "days"}),
        counts=queries.message_counts(event),
        failed=queries.unreached_people(event, now=now),
        page=queries.messages_page(
            event,
            kind=kind,
            state=state,
            at=Position(after=row_id(request.args.get("after")), before=row_id(request.args.get("before"))),
        ),
        kind=kind,
        state=state,
        kinds=[one for one in MessageKind if one is not MessageKind.SIGN_IN],
        states=list(MessageState),
        address={name: str(value) for name, value in (("kind", kind), ("state", state)) if value is not None},
        unreached=queries.without_join_link(event) if last_call else [],
        is_last_call=last_call,
        may_plan=can_plan(event, now=now),
    )


def _rule(event: Event, rule_id: int) -> MessageRule:
    rule = queries.rule_of(event, rule_id)
    if rule is None:
        raise NotFound
    return rule


def _message(event: Event, message_id: int) -> Message:
    message = queries.message_of(event, message_id)
    if message is None:
        raise NotFound
    return message


def _chosen(kind: type[Value], name: str) -> Value | None:
    value = request.args.get(name, "")
    return kind(value) if value in set(kind) else None
