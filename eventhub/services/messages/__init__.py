"""Messages: planned by rules, delivered, sent again."""

from .delivery import deliver_due, outbox_counts
from .planning import PlannedMessage, overdue_planning, plan, plan_due
from .rules import add_rule, remove_rule
from .sending import can_send_again, send_again, send_failed_again, tell_of_agenda
