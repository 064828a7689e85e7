"""Facts: values with unit, modality, provenance and uncertainty, and the files that hold them."""
