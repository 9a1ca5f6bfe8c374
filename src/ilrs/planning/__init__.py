"""Planning: what to do when, with foresight; the dispatch of flows as a linear programme."""
