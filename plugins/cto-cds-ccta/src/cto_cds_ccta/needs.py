"""What a request must have, in words for the person who made it."""

from __future__ import annotations

NO_LINE = (
    "hand in seed points, one in the open vessel on each side of the occlusion, or a line along "
    "the vessel: a CSV with the columns x_lps_mm, y_lps_mm and z_lps_mm, and outer_radius_mm "
    "where the outer wall was drawn"
)
NO_RADII = "give one radius for each point, or leave the column outer_radius_mm out"
LIMBS_TOUCH = (
    "the vessel turns back so closely that its limbs touch, and such a vessel cannot be measured: "
    "read it on the images"
)
