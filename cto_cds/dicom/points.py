"""Points a person or another program placed: a line along the vessel, and seeds."""

from __future__ import annotations

from cto_cds.dicom.centreline import read_centreline
from cto_cds.dicom.lines import GivenLine, read_line
from cto_cds.dicom.seeds import SeedPoints, read_seeds

__all__ = ["GivenLine", "SeedPoints", "read_centreline", "read_line", "read_seeds"]
