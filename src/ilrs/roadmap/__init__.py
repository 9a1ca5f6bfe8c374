"""The roadmap as something that moves: versions, choices, differences, slips, best order."""
