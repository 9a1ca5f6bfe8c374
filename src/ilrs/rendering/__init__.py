"""Rendering: the report of a run as one page, and its roadmap in the terminal."""
