"""The station as one network of flows over time, compiled into arrays."""
