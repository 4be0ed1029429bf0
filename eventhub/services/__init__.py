"""What can be done: verbs, one transaction each."""
