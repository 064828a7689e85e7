"""From what the rules decided to a ranked, explained plan."""
