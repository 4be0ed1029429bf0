"""What pages show: nouns, a constant number of statements each."""
