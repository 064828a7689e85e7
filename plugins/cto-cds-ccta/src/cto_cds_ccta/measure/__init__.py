"""From a volume and a vessel line to numbers: no files, no facts, no pictures."""
