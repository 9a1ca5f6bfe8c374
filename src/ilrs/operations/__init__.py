"""Plan and execute as time passes: truth and predictor, runs and their folders."""
