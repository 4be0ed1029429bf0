"""The outbox: put messages into it, claim them, end them."""
