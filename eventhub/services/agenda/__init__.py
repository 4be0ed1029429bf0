"""The agenda: its sessions and their times, its tracks, rooms and speakers, and its announcement."""

from .announcing import announced_sessions, mark_as_announced, skip_announcement, unannounced_differences
from .presenting import presentable_surveys
from .resources import (
    AGENDA_RESOURCES,
    AgendaResource,
    add_resource,
    remove_resource,
    rename_resource,
    resource_draft_of,
)
from .sessions import SessionDraft, add_session, edit_session, remove_session, session_draft_of
from .speakers import SpeakerDraft, add_speaker, edit_speaker, remove_speaker, speaker_draft_of
from .times import arrange_sessions, move_from, move_in_line, move_in_time
