"""Plan messages by rules, deliver them, send them again."""

from .delivery import deliver_due, outbox_status
from .planning import FURTHEST, PlannedMessage, overdue, plan, plan_due
from .rules import add_rule, remove_rule
from .sending import can_send_again, send_again, send_failed_again, tell_of_agenda
