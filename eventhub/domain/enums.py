"""The values that an event and its parts may have: the vocabulary, as types."""

from enum import StrEnum


class EventKind(StrEnum):
    WEBINAR = "webinar"
    FORUM = "forum"
    SEMINAR = "seminar"
    WORKSHOP = "workshop"
    REGIONAL_DISCUSSION = "regional_discussion"
    THEME_GROUP = "theme_group"
    BRAINSTORM = "brainstorm"


class AttendanceMode(StrEnum):
    """How an event can be attended."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    HYBRID = "hybrid"


class Attendance(StrEnum):
    """How one person attends; a hybrid event has places of both kinds."""

    IN_PERSON = "in_person"
    ONLINE = "online"


class EventStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class HostRole(StrEnum):
    """An organisation's role in an event."""

    LEAD = "lead"
    CO_ORGANISER = "co_organiser"
    SUPPORTER = "supporter"


class MemberRole(StrEnum):
    """A person's role in an organisation: an organiser edits its events, a reader only views them."""

    ORGANISER = "organiser"
    READER = "reader"


class RegistrationStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


#: Registrations that hold a place or are on the waiting list.
ACTIVE = frozenset({
    RegistrationStatus.PENDING,
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.OFFERED,
})  # fmt: skip


class PlaceChoice(StrEnum):
    """The place into which staff put a cancelled registration back."""

    FREE_PLACE = "free_place"
    WAITING_LIST = "waiting_list"
    OVER_LIMIT = "over_limit"


class OrganisationType(StrEnum):
    """The kind of organisation that a participant comes from."""

    ASSOCIATION = "association"
    COUNTY = "county"
    MUNICIPALITY = "municipality"
    STATE = "state"
    EDUCATION = "education"
    COMPANY = "company"
    RESIDENT = "resident"
    OTHER = "other"


class AgendaKind(StrEnum):
    TALK = "talk"
    DISCUSSION = "discussion"
    WORKSHOP = "workshop"
    BREAK = "break"


class QuestionKind(StrEnum):
    """The kind of a question. A scale runs from 1 to 5; its two options label its ends.

    A consent, for example to marketing, is given freely and never required (GDPR art. 7). An acceptance is of what the
    event needs, such as the rules of the venue, and can be required.
    """

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    CONSENT = "consent"
    ACCEPTANCE = "acceptance"
    SCALE = "scale"


class AnswerFault(StrEnum):
    """Why an answer is not accepted."""

    REQUIRED = "required"
    NOT_ASKED = "not_asked"
    UNKNOWN_QUESTION = "unknown_question"
    UNKNOWN_OPTION = "unknown_option"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NO_CONSENT = "no_consent"


class MaterialKind(StrEnum):
    MATERIAL = "material"
    RECORDING = "recording"


class MessageKind(StrEnum):
    """The kinds of letter; each is a folder under templates/emails."""

    CONFIRMATION = "confirmation"
    WAITLISTED = "waitlisted"
    PLACE_FREED = "place_freed"
    REMINDER = "reminder"
    EVENT_CHANGED = "event_changed"
    AGENDA_CHANGED = "agenda_changed"
    EVENT_CANCELLED = "event_cancelled"
    REGISTRATION_CANCELLED = "registration_cancelled"
    OWN_LINK = "own_link"
    ADDRESS_CONFIRMATION = "address_confirmation"
    ADDRESS_CHANGED = "address_changed"
    FOLLOW_UP = "follow_up"
    SIGN_IN = "sign_in"


class MessageState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    MISSED = "missed"
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


class RuleKind(StrEnum):
    """What a rule sends: a reminder before the start, a follow-up after the end."""

    REMINDER = "reminder"
    FOLLOW_UP = "follow_up"


class AuditAction(StrEnum):
    """What happened, in the append-only audit trail."""

    CREATED = "created"
    COPIED = "copied"
    EDITED = "edited"
    RESCHEDULED = "rescheduled"
    PUBLISHED = "published"
    EVENT_CANCELLED = "event_cancelled"
    HOSTS_CHANGED = "hosts_changed"
    AGENDA_CHANGED = "agenda_changed"
    AGENDA_TOLD = "agenda_told"
    QUESTIONS_CHANGED = "questions_changed"
    MESSAGES_CHANGED = "messages_changed"
    SURVEY_CHANGED = "survey_changed"
    MATERIALS_CHANGED = "materials_changed"
    TODO_CHANGED = "todo_changed"
    CAPACITY_CHANGED = "capacity_changed"
    REGISTERED = "registered"
    REGISTERED_AGAIN = "registered_again"
    REGISTRATION_CHANGED = "registration_changed"
    ADDRESS_CHANGED = "address_changed"
    PROMOTED = "promoted"
    REGISTRATION_CANCELLED = "registration_cancelled"
    PUT_BACK = "put_back"
    PLACE_GIVEN = "place_given"
    LINK_SENT = "link_sent"
    LINK_SHOWN = "link_shown"
    JOINED = "joined"
    CHECKED_IN = "checked_in"
    CHECK_IN_UNDONE = "check_in_undone"
    EXPORTED = "exported"
    ERASED = "erased"
    ANONYMISED = "anonymised"
    SENT_AGAIN = "sent_again"
    MEMBER_CHANGED = "member_changed"
    MEMBER_REMOVED = "member_removed"
    ACCOUNT_DEACTIVATED = "account_deactivated"
    ACCOUNT_REACTIVATED = "account_reactivated"
    SESSIONS_ENDED = "sessions_ended"
