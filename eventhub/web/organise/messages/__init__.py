"""Messages and the rules that plan them."""
