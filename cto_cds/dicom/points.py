"""Points a person or another program placed: a centreline as CSV, seeds as JSON."""

from __future__ import annotations

from cto_cds.dicom.centreline import read_centreline
from cto_cds.dicom.seeds import read_seeds

__all__ = ["read_centreline", "read_seeds"]
