"""What can be done: verbs, one transaction each, the commit their last line."""
