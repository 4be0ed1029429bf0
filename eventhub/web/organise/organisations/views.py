"""An organisation's own page: its members view it, its organisers edit it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.enums import MemberRole
from eventhub.domain.errors import EditConflict
from eventhub.models import Organisation
from eventhub.services import organisations as services
from eventhub.services.audit import object_name
from eventhub.services.organisations import OrganisationDraft
from eventhub.web.http.access import (
    administered_organisations,
    organisation_or_404,
    organisations_of,
    staff,
    staff_actor,
)
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG
from eventhub.web.http.uploads import takes_pictures

from .forms import OrganisationForm

bp = Blueprint("organise_organisations", __name__, url_prefix=f"{LANG}/organise/organisations/<slug>")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show how the organisation looks on its events; to its organisers also the form."""
    organisation = organisation_or_404(slug)
    if organisation not in organisations_of(staff(), role=MemberRole.ORGANISER):
        return _page(organisation, None)
    form = _opened(organisation)
    form.showing(services.organisation_draft_of(organisation))
    return _page(organisation, form)


@bp.post("")
@takes_pictures
def update(slug: str) -> ResponseReturnValue:
    organisation = organisation_or_404(slug, role=MemberRole.ORGANISER)
    form = OrganisationForm()
    if not form.validate_on_submit():
        return _page(organisation, form), 422
    draft = OrganisationDraft(
        name=form.name.data,
        short_name=form.short_name.data,
        website_url=form.website.data,
        privacy_url=form.privacy.data,
        colour=form.colour.data or None,
        logo=form.digest(organisation.logo_digest),
    )
    try:
        services.edit_organisation(
            organisation, draft, logo=form.drawn, form_version=form.form_version.data, actor=staff_actor(), now=utcnow()
        )
    except EditConflict as conflict:
        show_conflict(
            form,
            conflict,
            stored=services.organisation_draft_of(organisation),
            opened=_opened(organisation),
            object_name=object_name(organisation),
        )
        form.lose_picture()
        return _page(organisation, form), 409
    flash(_("Saved. The changes are now shown on the pages of the organisation’s events."), "success")
    return redirect(url_for(".show", slug=slug), 303)


def _opened(organisation: Organisation) -> OrganisationForm:
    """The form as it shows the organisation."""
    return OrganisationForm(
        formdata=None,
        data={
            "name": organisation.name,
            "short_name": organisation.short_name,
            "website": organisation.website_url,
            "privacy": organisation.privacy_url,
            "colour": organisation.colour,
        },
    )


def _page(organisation: Organisation, form: OrganisationForm | None) -> str:
    return render_template(
        "organise/organisations/show.html",
        organisation=organisation,
        form=form,
        administers=organisation in administered_organisations(staff()),
    )
