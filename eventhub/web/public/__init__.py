"""The pages that participants meet."""
