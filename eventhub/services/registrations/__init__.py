"""Registering, changing, cancelling, checking in, and the record of exports."""

from .exports import note_export
from .registering import (
    LINK_PAUSE,
    add_by_hand,
    cancel_registration,
    change_registration,
    check_in,
    details_of,
    note_join,
    register,
    request_erasure,
    send_own_link,
)
