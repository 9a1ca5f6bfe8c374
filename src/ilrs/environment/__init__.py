"""What the sky and the ground allow at places over a period: light, view, contacts, warmth."""
