"""Where to stand: light, view and ground at points, on maps, and among candidate places."""
