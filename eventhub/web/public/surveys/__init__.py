"""A survey, answered once by an invitation."""
