"""What may be answered, and what answers add up to."""
