"""Rule files: YAML text to typed, checked rules that know where each part stands."""
