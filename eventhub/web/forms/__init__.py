"""Flask-WTF forms: shape and format. No queries; a valid form gives a value, never a model."""
