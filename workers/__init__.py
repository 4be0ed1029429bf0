"""What runs beside and around the application: its web entry, the worker, the clock, and `make run`.

Celery and its broker only wake the worker. What is due stands in the database, so a lost, doubled or late wake-up
only delays a message to the next tick.
"""
