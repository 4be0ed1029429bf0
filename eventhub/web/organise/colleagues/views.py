"""The staff accounts of an organisation, for its administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.errors import NotFound
from eventhub.models import Membership
from eventhub.queries import colleagues as queries
from eventhub.services import colleagues as services
from eventhub.web.http.access import administered_organisation_or_404, staff_actor
from eventhub.web.http.languages import LANG

from .forms import MemberForm

bp = Blueprint("organise_colleagues", __name__, url_prefix=f"{LANG}/organise/organisations/<slug>/staff")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    organisation = administered_organisation_or_404(slug)
    return render_template(
        "organise/colleagues/index.html", organisation=organisation, members=queries.members_of(organisation)
    )


@bp.get("/<int:user_id>")
def edit(slug: str, user_id: int) -> ResponseReturnValue:
    member = _member(slug, user_id)
    return _page(member, MemberForm(formdata=None, obj=member))


@bp.post("/<int:user_id>")
def update(slug: str, user_id: int) -> ResponseReturnValue:
    member, form = _member(slug, user_id), MemberForm()
    if not form.validate_on_submit():
        return _page(member, form), 422
    services.set_membership(
        member.user,
        member.organisation,
        role=form.role.data,
        is_administrator=form.is_administrator.data,
        actor=staff_actor(),
        now=utcnow(),
    )
    flash(_("The role has been saved."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<int:user_id>/sign-out")
def sign_out(slug: str, user_id: int) -> ResponseReturnValue:
    """End all sessions of the account."""
    member = _member(slug, user_id)
    services.sign_out_colleague(member.user, actor=staff_actor(), now=utcnow())
    flash(_("%(name)s has been signed out in all browsers.", name=member.user.name), "success")
    return redirect(url_for(".edit", slug=slug, user_id=user_id), 303)


@bp.get("/<int:user_id>/deactivate")
def confirm_deactivate(slug: str, user_id: int) -> ResponseReturnValue:
    return render_template("organise/colleagues/confirm_deactivate.html", member=_member(slug, user_id))


@bp.post("/<int:user_id>/deactivate")
def deactivate(slug: str, user_id: int) -> ResponseReturnValue:
    member = _member(slug, user_id)
    services.deactivate(member.user, actor=staff_actor(), now=utcnow())
    flash(_("The account of %(name)s has been deactivated.", name=member.user.name), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<int:user_id>/reactivate")
def reactivate(slug: str, user_id: int) -> ResponseReturnValue:
    member = _member(slug, user_id)
    services.reactivate(member.user, actor=staff_actor(), now=utcnow())
    flash(_("%(name)s can sign in again.", name=member.user.name), "success")
    return redirect(url_for(".edit", slug=slug, user_id=user_id), 303)


@bp.get("/<int:user_id>/remove")
def confirm_remove(slug: str, user_id: int) -> ResponseReturnValue:
    return render_template("organise/colleagues/confirm_remove.html", member=_member(slug, user_id))


@bp.post("/<int:user_id>/remove")
def remove(slug: str, user_id: int) -> ResponseReturnValue:
    member = _member(slug, user_id)
    name = member.user.name
    services.remove_member(member.user, member.organisation, actor=staff_actor(), now=utcnow())
    flash(_("%(name)s has been removed from the organisation.", name=name), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _member(slug: str, user_id: int) -> Membership:
    """Return a member of an organisation that the user administers. Raises: NotFound, Forbidden."""
    member = queries.membership_of(administered_organisation_or_404(slug), user_id)
    if member is None:
        raise NotFound
    return member


def _page(member: Membership, form: MemberForm) -> str:
    return render_template("organise/colleagues/edit.html", member=member, form=form)
