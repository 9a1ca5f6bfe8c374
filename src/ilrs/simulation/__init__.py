"""The station lived step by step: a compiled kernel, an on-board executive, faults, checkpoints."""
