"""Sizing: the least landed mass that carries loads through the dark, with its bounds."""
