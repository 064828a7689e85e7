"""From seed points to the course and the outer wall of the vessel."""
