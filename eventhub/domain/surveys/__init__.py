"""Valid answers of a survey, and their tallies."""
