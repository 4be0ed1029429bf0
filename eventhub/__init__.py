"""EventHub: events that several organisations hold together.

Importing this package loads nothing; `eventhub.app.create_app` puts the parts together.
"""
