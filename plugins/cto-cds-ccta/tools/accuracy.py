"""Print how far the measurement is from the truth, over phantoms drawn by chance."""
