"""What the station's network is made of: carriers, the five primitives, and their laws."""
