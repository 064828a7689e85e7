"""What other programs drew: masks of the vessel."""
