"""The picture that is printed: the straightened vessel above its areas and composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.edits import NO_EDITS
from cto_cds_ccta.figure.canvas import ALONG, PAPER_PT, PAPER_TALL_INCH, new_canvas, png
from cto_cds_ccta.figure.composition import (
    class_handles,
    draw_areas,
    draw_landing_zone,
    line_handles,
)
from cto_cds_ccta.figure.marks import EXPLAINED, MEANINGS, draw_letters
from cto_cds_ccta.figure.straightened import draw_straightened

if TYPE_CHECKING:
    from cto_cds_ccta.figure.scene import Scene

KEY = "P, D: proximal and distal cap.  S, E: references.  Dotted, with ?: needs review."
KEY_EDITED = (
    "P, D: caps.  S, E: references.  Solid: confirmed (ok) or edited.  Triangle: wall edited."
)


def overview_figure(scene: Scene) -> Figure:
    """Draw the vessel along its line."""
    canvas = new_canvas(PAPER_TALL_INCH, paper=True)
    grid = canvas.add_gridspec(
        3,
        1,
        height_ratios=(1, 1, 1.75),
        left=0.085,
        right=0.982,
        top=0.935,
        bottom=0.275,
        hspace=0.1,
    )
    upper, lower, area = (canvas.add_subplot(grid[row]) for row in range(3))
    for plane, axes in enumerate((upper, lower)):
        draw_straightened(axes, scene, plane, PAPER_PT)
    draw_letters(upper, scene.marks, PAPER_PT)
    upper.set_ylabel("mm", fontsize=PAPER_PT, labelpad=1)
    lower.set_ylabel("mm", fontsize=PAPER_PT, labelpad=1)
    draw_areas(area, scene, PAPER_PT)
    draw_landing_zone(area, scene, PAPER_PT)
    area.set_xlabel(ALONG, fontsize=PAPER_PT, labelpad=1)
    looked_at = scene.analysis.edits != NO_EDITS
    key = KEY_EDITED if looked_at else KEY
    canvas.text(0.5, 0.132, key, fontsize=PAPER_PT, ha="center")
    classes, lines = class_handles(), line_handles()
    canvas.legend(
        handles=[classes[0], classes[1], classes[2], classes[3], *lines],
        loc="lower center",
        bbox_to_anchor=(0.5, -0.012),
        ncols=3,
        fontsize=PAPER_PT,
        frameon=False,
        handlelength=1.4,
        columnspacing=1.0,
        labelspacing=0.25,
        borderaxespad=0.2,
    )
    return Figure("vessel.png", "image/png", png(canvas), _caption(scene))


def _caption(scene: Scene) -> str:
    found, sd = scene.found, scene.analysis.sd
    shares = np.round(found.content.share_percent).astype(int)
    names = ("necrotic core", "fibrofatty", "fibrous", "dense calcium")
    classes = ", ".join(f"{name} {share} %" for name, share in zip(names, shares, strict=True))
    length = scene.told("occlusion_length", f"{found.length_mm:.1f} ± {sd.length_mm:.1f} mm")
    told = scene.told("necrotic_core_pav", classes)
    voltage = "".join(f"{sentence} " for sentence in scene.voltage)
    return (
        f"The vessel straightened, in two planes, and its areas along the line. {MEANINGS}; "
        f"numbers beside the letters are positions on the line. Length from P to D: {length}. "
        f"Share of the plaque: {told}. {voltage}{EXPLAINED} A straightened view does not show "
        "bends. For research and planning support."
    )
