"""A survey, answered once per invitation."""
