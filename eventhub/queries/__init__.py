"""What a page shows: nouns, a constant number of statements each."""
