"""What organisers meet: their board, and the inside of each event."""
