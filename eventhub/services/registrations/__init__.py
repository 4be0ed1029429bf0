"""Register, change, cancel and check in; export lists of registrants."""
