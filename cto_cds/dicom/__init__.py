"""CT series in: checked, ordered, in patient space. Nothing is measured here."""
