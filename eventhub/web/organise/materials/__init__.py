"""Materials for participants."""
