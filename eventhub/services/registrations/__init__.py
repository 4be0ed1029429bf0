"""Registering, changing, cancelling, putting back, attending, own links, the record of exports."""

from .addresses import change_address, confirm_address, request_address
from .attending import check_in, note_join, undo_check_in
from .cancelling import cancel_registration, request_erasure
from .changing import change_registration
from .details import details_of
from .exports import note_export
from .own_link import LINK_PAUSE, note_link_shown, send_own_link, send_own_links
from .putting_back import give_place, put_back, put_back_own
from .registering import add_by_hand, register
