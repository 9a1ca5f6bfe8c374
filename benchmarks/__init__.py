"""One file a job, each against what a user would pick instead, in one process on one input."""
