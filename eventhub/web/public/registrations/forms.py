"""The registration form: the common fields, and the event's own questions.

The questions make a form class of its own for each event. A question for on-site participants is shown to all,
since the page needs no script. It is checked and stored only when the person comes on site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from eventhub.domain.enums import Attendance, OrganisationType, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.domain.questions.answers import AnswerContext, GivenAnswer, is_asked, is_blank
from eventhub.domain.registrations.registration import Attendee
from eventhub.domain.texts import holds_address
from eventhub.models import Event, Question, Region, Registration
from eventhub.web.forms.base import PatientForm, PostForm
from eventhub.web.forms.fields import lower, right_address, squeeze
from eventhub.web.forms.labels import choices, label, select_choices
from eventhub.web.forms.questions import field_name, question_field
from eventhub.web.forms.versioned import VersionedForm


def too_long(count: int) -> Length:
    return Length(max=count, message=_l("The text is too long. Enter %(count)s characters or fewer.", count=count))


def only_a_name(form: PostForm, field: Field) -> None:
    """Refuse a name that is a message: letters greet with it, and their address may be another person's."""
    if not any(character.isalpha() for character in field.data):
        raise ValidationError(_("Enter your name, not only numbers or symbols."))
    if holds_address(field.data) or "<" in field.data or ">" in field.data:
        raise ValidationError(_("Enter only your name, without web or email addresses or the characters < and >."))


def without_addresses(form: PostForm, field: Field) -> None:
    """Refuse addresses in what emails and lists show beside a name."""
    if holds_address(field.data or ""):
        raise ValidationError(
            _("Enter only the organisation’s name, without web or email addresses.")
            if field.short_name == "organisation"
            else _("Enter only your role, without web or email addresses.")
        )


class RegistrationForm(VersionedForm, PatientForm):
    """The fields that everyone is asked."""

    name = StringField(
        _l("Name"),
        filters=[squeeze],
        validators=[DataRequired(_l("Enter your name.")), too_long(200), only_a_name],
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        _l("Email"),
        description=_l("We will send your confirmation and your own link to this address."),
        filters=[squeeze, lower],
        validators=[DataRequired(_l("Enter your email address.")), right_address],
        render_kw={"type": "email", "autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    organisation = StringField(
        _l("Organisation"),
        filters=[squeeze],
        validators=[Optional(), too_long(200), without_addresses],
        render_kw={"autocomplete": "organization"},
    )
    organisation_type = SelectField(_l("Type of organisation"), validators=[Optional()])
    job_title = StringField(
        _l("Role"),
        description=_l("What you do in the organisation, for example adviser, nurse or chair."),
        filters=[squeeze],
        validators=[Optional(), too_long(200), without_addresses],
        render_kw={"autocomplete": "organization-title"},
    )
    region = SelectField(_l("Region"), validators=[Optional()])
    attendance = RadioField(
        _l("How will you take part?"), validators=[DataRequired(_l("Select how you will take part."))]
    )
    language = RadioField(
        _l("Contact language"),
        description=_l("We will email you in this language."),
        choices=choices(Language),
        validators=[DataRequired(_l("Select a contact language."))],
    )
    #: The attendance to which the person has confirmed the change, once the page has said what it costs.
    switch_to = HiddenField()
    #: A honeypot: hidden from people, filled in by programs.
    homepage = StringField(
        _l("Leave this blank"), filters=[squeeze], render_kw={"autocomplete": "off", "tabindex": "-1"}
    )

    event: Event
    questions: Sequence[Question] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shape and format; questions for the other attendance are skipped."""
        super().validate(extra_validators)
        context = self.context
        for question in self.questions:
            answer, consent = self[field_name(question.id)], self._consent(question)
            if not is_asked(question, context):
                answer.errors = ()
                continue
            if consent is not None and not is_blank(answer.data) and not consent.data:
                consent.errors = (_("Give your consent to us keeping this answer, or leave the question blank."),)
        if self.homepage.data:
            self.homepage.errors = (_("Leave this field blank. It is there to stop automated registrations."),)
        return not self.errors

    @property
    def chosen_attendance(self) -> Attendance:
        """Return how the person attends; with only one way to attend, that one."""
        if len(self.event.attendances) > 1 and self.attendance.data in set(Attendance):
            return Attendance(self.attendance.data)
        return self.event.attendances[0]

    @property
    def context(self) -> AnswerContext:
        """What the conditions of questions look at."""
        return AnswerContext(
            self.chosen_attendance, {question.id: self[field_name(question.id)].data for question in self.questions}
        )

    def asks_before_switch(self, registration: Registration) -> bool:
        """Return whether the page must first say what another attendance costs; the next submit confirms it."""
        chosen = str(self.chosen_attendance)
        if self.attendance is None or chosen == registration.attendance or self.switch_to.data == chosen:
            return False
        self.switch_to.data = chosen
        return True

    def attendee(self, email: str | None = None) -> Attendee:
        """Return the person as the valid form describes them; `email` when the form does not ask for it."""
        return Attendee(
            email=self.email.data or "" if email is None else email,
            name=self.name.data,
            organisation=self.organisation.data or "",
            organisation_type=OrganisationType(kind) if (kind := self.organisation_type.data) else None,
            job_title=self.job_title.data or "",
            region_code=self.region.data or None,
            language=Language(self.language.data),
        )

    def answers(self) -> list[GivenAnswer]:
        """Return the answers to the questions that apply to the person."""
        context = self.context
        return [
            GivenAnswer(question.id, value, bool((consent := self._consent(question)) is not None and consent.data))
            for question in self.questions
            if is_asked(question, context) and not is_blank(value := self[field_name(question.id)].data)
        ]

    def fields_at(self, path: str) -> list[Field]:
        """Return the fields of `attendee.name`, of `attendance`, and of all answers together."""
        if path == "answers":
            return [one for _, answer, consent in self.groups() for one in (answer, consent) if one is not None]
        name = path.removeprefix("attendee.")
        return super().fields_at("region" if name == "region_code" else name)

    def groups(self) -> list[tuple[Question, Field, Field | None]]:
        """Return each question with its field and, if it is sensitive, its consent field."""
        return [(question, self[field_name(question.id)], self._consent(question)) for question in self.questions]

    def _consent(self, question: Question) -> Field | None:
        return self._fields.get(f"consent_{question.id}")


class StaffRegistrationForm(RegistrationForm):
    """The form as organisers fill it in for a person, who may have no email address."""

    email = StringField(
        _l("Email"),
        description=_l(
            "We will send the confirmation and the person’s own link to this address. Without an address, the person"
            " gets no messages."
        ),
        filters=[squeeze, lower],
        validators=[Optional(), right_address],
        render_kw={"type": "email", "spellcheck": "false", "autocapitalize": "none"},
    )


class AddressForm(PatientForm):
    """Another email address for a registration."""

    email = StringField(
        _l("New email address"),
        filters=[squeeze, lower],
        validators=[DataRequired(_l("Enter the new email address.")), right_address],
        render_kw={"type": "email", "spellcheck": "false", "autocapitalize": "none"},
    )


class MyLinkForm(PatientForm):
    """A request for one's own link."""

    email = StringField(
        _l("The email address you registered with"),
        filters=[squeeze, lower],
        validators=[DataRequired(_l("Enter your email address.")), right_address],
        render_kw={"type": "email", "autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )


def registration_form(
    event: Event,
    *,
    regions: Sequence[Region],
    language: Language,
    registration: Registration | None = None,
    blank: bool = False,
    kind: type[RegistrationForm] = RegistrationForm,
    now: datetime,
) -> RegistrationForm:
    """Return the event's form in the page's language, filled from a `registration`, without its address.

    `blank` reads nothing from the request.
    """
    fields: dict[str, Any] = {"event": event, "questions": event.questions}
    for question in event.questions:
        note = _only(question.attendance) if question.attendance is not None and len(event.attendances) > 1 else ""
        fields[field_name(question.id)] = question_field(
            question, language=language, fallback=event.language, note=note
        )
        if question.sensitive:
            fields[f"consent_{question.id}"] = BooleanField(
                _l(
                    "I consent to this answer being used to arrange the event. Only people who need it"
                    " for the arrangements can see it, and it will be deleted 30 days after the event."
                )
            )
    form: RegistrationForm = type("EventRegistrationForm", (kind,), fields)(
        **({"formdata": None} if blank else {}),
        data=_data(registration) if registration is not None else {"language": str(language)},
    )
    form.organisation_type.choices = select_choices([("", _("Select")), *choices(OrganisationType)])
    form.region.choices = select_choices(
        [("", _("Select"))] + [(region.code, region.name.text(language)) for region in regions]
    )
    if len(event.attendances) > 1:
        form.attendance.choices = select_choices(
            [(str(one), _attendance_label(event, one, registration, now=now)) for one in event.attendances]
        )
    else:
        del form.attendance
    if registration is not None:
        del form.email
    else:
        del form.switch_to
    return form


def _only(attendance: Attendance) -> str:
    return (
        _("only if you take part on site")
        if attendance is Attendance.IN_PERSON
        else _("only if you take part remotely")
    )


def _attendance_label(event: Event, attendance: Attendance, registration: Registration | None, *, now: datetime) -> str:
    """Return the label of the attendance, with the places left unless the person has it already."""
    left = next((places.left for places in event.places if places.attendance is attendance), None)
    name = str(label(attendance))
    if left is None or (registration is not None and registration.attendance is attendance):
        return name
    keeps = registration is not None and registration.status is RegistrationStatus.CONFIRMED
    if left == 0 and (keeps or not event.waiting_list_moves(attendance, now)):
        return _("%(attendance)s – full", attendance=name)
    if left == 0:
        return _("%(attendance)s – full, you will join the waiting list", attendance=name)
    return _("%(attendance)s – places left: %(count)s", attendance=name, count=left)


def _data(registration: Registration) -> Mapping[str, Any]:
    data: dict[str, Any] = {
        "name": registration.name,
        "organisation": registration.organisation,
        "organisation_type": str(registration.organisation_type or ""),
        "job_title": registration.job_title,
        "region": registration.region_code or "",
        "attendance": str(registration.attendance),
        "language": str(registration.language),
    }
    for answer in registration.answers:
        data[field_name(answer.question_id)] = answer.value
        data[f"consent_{answer.question_id}"] = answer.consented_at is not None
    return data
