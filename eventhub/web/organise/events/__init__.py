"""An event: its facts, its texts, and its life from draft to cancelled."""
