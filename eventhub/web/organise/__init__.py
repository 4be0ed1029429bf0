"""The pages for organisers: their board, and the inside of each event."""
