"""The tables. `from eventhub.models import Event` imports any of them."""

from .agenda import AgendaItem, Room, Speaker, Track, agenda_item_speaker
from .audit import AuditEntry
from .events import Event, Host, InvitationLink, Material, Places, Series, Theme, event_region, event_theme
from .messages import Message, MessageRule
from .organisations import Membership, Organisation, Role, SignInLink, StaffSession, User, role_user
from .pictures import Picture
from .questions import Answer, Question
from .regions import Region
from .registrations import Registration
from .surveys import Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyResponse
from .todos import PutAsideTodo

__all__ = [
    "AgendaItem",
    "Answer",
    "AuditEntry",
    "Event",
    "Host",
    "InvitationLink",
    "Material",
    "Membership",
    "Message",
    "MessageRule",
    "Organisation",
    "Picture",
    "Places",
    "PutAsideTodo",
    "Question",
    "Region",
    "Registration",
    "Role",
    "Room",
    "Series",
    "SignInLink",
    "Speaker",
    "StaffSession",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyQuestion",
    "SurveyResponse",
    "Theme",
    "Track",
    "User",
    "agenda_item_speaker",
    "event_region",
    "event_theme",
    "role_user",
]
