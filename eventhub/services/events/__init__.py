"""Creating, editing, copying, publishing, cancelling and deleting events."""

from .copying import copy_event
from .editing import (
    FIRST_RULES,
    basics_of,
    cancel_event,
    create_event,
    delete_draft,
    edit_event,
    edit_texts,
    has_registrations,
    people_notified_of,
    people_to_tell,
    publish,
    texts_of,
    unpublish,
    would_be_held_again,
)
