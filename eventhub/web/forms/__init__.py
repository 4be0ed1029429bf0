"""Flask-WTF forms: shape and format. No queries; a valid form returns a value, never a model."""
