"""Register, change, cancel and check in; export lists of registrants."""

from .exports import note_export
from .registering import (
    LINK_PAUSE,
    add_by_hand,
    cancel,
    change,
    check_in,
    note_join,
    register,
    request_erasure,
    said_of,
    send_own_link,
)
