"""Creating, editing, copying, publishing, cancelling and deleting events."""

from .cancelling import cancel_event
from .copying import copy_event
from .creating import FIRST_RULES, create_event
from .deleting import delete_draft
from .editing import basics_of, edit_event, people_notified_of, would_be_held_again
from .publishing import publish, unpublish
from .registered import has_registrations, people_to_tell
from .series import joinable_series
from .texts import edit_texts, texts_of
