"""Plan messages by rules, deliver them, send them again."""
