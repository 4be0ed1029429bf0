"""The agenda: sessions, tracks, rooms and speakers."""
