"""Colours and class maps of the figure.

The colours are near Okabe and Ito's set, which people with colour-vision deficiency can tell
apart; they also differ in lightness, each from every other, so that a grey print can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA
from cto_cds_ccta.measure.composition import CLASS_EDGES_HU
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from cto_cds_ccta.measure.straight import StraightVessel

CLASS_COLOURS = ("#C25200", "#F0E442", "#56B4E9", "#003A61")
CLASS_LABELS = (
    "necrotic core (−30 to 75 HU)",
    "fibrofatty (76 to 130 HU)",
    "fibrous (131 to 350 HU)",
    "dense calcium (from 351 HU)",
)
CLASS_LABELS_ON_PAPER = (
    "necrotic core −30–75",
    "fibrofatty 76–130",
    "fibrous 131–350",
    "dense calcium ≥351 HU",
)
WALL_COLOUR = "#009E73"
LUMEN_COLOUR, LUMEN_FILL = "#1a1a1a", "#e4e4e4"
OCCLUDED_COLOUR = "#882E72"
CALCIUM_COLOUR = "white"
STENT_COLOUR = "#E0E0E0"
"""Each colour has one meaning, in all pictures."""
WINDOW_HU = (-150.0, 750.0)
_SMOOTH_MM = (0.5, 0.15, 0.15)
SMOOTHED_FWHM_MM = _SMOOTH_MM[0] * FWHM_PER_SIGMA
"""How far along the vessel the map of the classes is smoothed."""


def class_map(vessel: StraightVessel) -> NDArray[np.int8]:
    """Return the class of each pixel inside the wall, for the eye; -1 elsewhere.

    The picture is smoothed (0.5 mm along, 0.15 mm across) so that noise does not speckle it; the
    numbers come from the histogram instead.
    """
    sigma = [mm / size for mm, size in zip(_SMOOTH_MM, (STEP_MM, PIXEL_MM, PIXEL_MM), strict=True)]
    classes = np.digitize(gaussian_filter(vessel.hu, sigma), CLASS_EDGES_HU).astype(np.int8) - 1
    classes[~vessel.inside()] = -1
    return np.asarray(classes, dtype=np.int8)
