"""The schedule: which activity happens when, and by whom, agreed with the dispatch of power."""
