"""What a request must have, in words for the person who made it."""

from __future__ import annotations

NO_RADII = (
    "add a column outer_radius_mm with the distance from the line to the outer wall; "
    "this version does not find the wall itself"
)
NO_LINE = (
    "this version measures along a given line: hand in a CSV with the columns "
    "x_lps_mm, y_lps_mm, z_lps_mm and outer_radius_mm"
)
