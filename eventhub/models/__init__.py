"""The tables. `from eventhub.models import Event` is the way to any of them."""

from .agenda import AgendaItem, Room, Speaker, Track, agenda_item_speaker
from .event import Event, Host, InvitationLink, Material, Places, Series, Theme, event_region, event_theme
from .history import HistoryEntry
from .message import Message, MessageRule
from .organisation import Membership, Organisation, Role, SignInLink, User, role_user
from .picture import Picture
from .question import Answer, Question
from .region import Region
from .registration import Registration
from .survey import Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyResponse

__all__ = [
    "AgendaItem",
    "Answer",
    "Event",
    "HistoryEntry",
    "Host",
    "InvitationLink",
    "Material",
    "Membership",
    "Message",
    "MessageRule",
    "Organisation",
    "Picture",
    "Places",
    "Question",
    "Region",
    "Registration",
    "Role",
    "Room",
    "Series",
    "SignInLink",
    "Speaker",
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
