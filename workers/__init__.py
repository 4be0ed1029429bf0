"""What runs beside and around the application: its web entry, the worker, the clock, and `make run`.

Celery and its broker only wake the worker up. What is owed stands in the database, so a lost, doubled or late wake-up
changes nothing but the minute in which a message goes.
"""
