"""The kinds of equipment: one file a kind."""
