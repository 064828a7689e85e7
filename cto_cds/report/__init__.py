"""The result for a person: one HTML file, or the terminal."""
