"""The programme: sessions, tracks, rooms and speakers."""
