"""An event: its facts, its texts, and its states from draft to cancelled."""
