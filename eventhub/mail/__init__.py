"""Email: letters are rendered, put into the outbox, claimed from it, and sent."""
