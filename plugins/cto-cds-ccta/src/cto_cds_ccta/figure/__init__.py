"""The picture of a measurement."""
