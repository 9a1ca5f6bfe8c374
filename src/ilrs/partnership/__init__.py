"""Partners: what is asked for, what is offered, whether it fits, and how one joins."""
