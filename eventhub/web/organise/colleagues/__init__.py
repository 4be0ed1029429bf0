"""The staff accounts of an organisation."""
