"""Many proposals to few opportunities: the best set, proven, with every refusal explained."""
