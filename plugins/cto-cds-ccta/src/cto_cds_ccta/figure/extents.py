"""What lies along the vessel from one place to another: occlusions, a stent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.markers import TICKDOWN

from cto_cds_ccta.figure.canvas import INK, Style
from cto_cds_ccta.figure.marks import STYLES
from cto_cds_ccta.figure.palette import OCCLUDED_COLOUR, STENT_COLOUR
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.metal import Stent

BAR_PT, CASING_PT = 3.0, 4.6
HIDDEN_DASHES = (0, (1.2, 0.8))
HATCH_COLOUR = "#b8b8b8"
STENT_DASHES = (0, (0.8, 0.5))
"""A stent looks like a ladder: short upright strokes."""


def draw_occlusions(axes: Axes, scene: Scene, *, height: float = 0.0) -> None:
    """Draw a bar along every piece without contrast, at a height of axes along the vessel.

    It is striped where a stent hides whether there is contrast.
    """
    style: Style = {"transform": axes.get_xaxis_transform(), "zorder": 6, "clip_on": False}
    style |= {"solid_capstyle": "butt", "dash_capstyle": "butt"}
    level = [height, height]
    for piece in (*scene.occluded_mm, *scene.hidden_mm):
        axes.plot(piece, level, color="white", linewidth=CASING_PT, **style)
    for piece in scene.occluded_mm:
        axes.plot(piece, level, color=OCCLUDED_COLOUR, linewidth=BAR_PT, **style)
    for piece in scene.hidden_mm:
        axes.plot(piece, level, color=INK, linewidth=BAR_PT, linestyle=HIDDEN_DASHES, **style)


def draw_others(axes: Axes, scene: Scene, *, on_image: bool) -> None:
    """Draw where the other pieces without contrast begin and end, as the program proposes.

    A mark that lies at the same place stays seen.
    """
    for one in scene.others:
        for at in (one.start_mm, one.end_mm):
            if on_image:
                axes.axvline(at, color="white", linewidth=1.8, zorder=1.8)
            axes.axvline(
                at, color=OCCLUDED_COLOUR, linewidth=1.1, linestyle=STYLES["found"], zorder=1.9
            )


def shade_occlusions(axes: Axes, scene: Scene) -> None:
    """Tint every piece without contrast, and hatch what is hidden, in axes without an image."""
    for start, end in scene.occluded_mm:
        axes.axvspan(start, end, color=OCCLUDED_COLOUR, alpha=0.16, linewidth=0, zorder=0)
    for start, end in scene.hidden_mm:
        axes.axvspan(
            start,
            end,
            facecolor="none",
            edgecolor=HATCH_COLOUR,
            hatch="////",
            linewidth=0,
            zorder=0,
        )


def bars_note(scene: Scene) -> str:
    """Return what the bars along the vessel mean, of those that are drawn."""
    hidden = words("hidden") if scene.hidden_mm else ""
    return " ".join(filter(None, (purple_note(scene), hidden)))


def purple_note(scene: Scene) -> str:
    """Return what is purple, if anything is: bars, and dashes at the ends of other pieces."""
    if scene.others:
        return words("occlusions")
    return words("occlusion") if scene.occluded_mm else ""


def stent_note(scene: Scene) -> str:
    """Return what pale strokes mean, with the place of the stent; nothing without one."""
    return "" if scene.stent is None else words("stent_strokes", stent=stent_name(scene.stent))


def stent_name(stent: Stent) -> str:
    """Return what stands beside a stent."""
    return words("stent", start=f"{stent.start_mm:.0f}", end=f"{stent.end_mm:.0f}")


def draw_stent(axes: Axes, scene: Scene) -> None:
    """Draw a stent from end to end along both edges of an image; its name stands in the key."""
    stent = scene.stent
    if stent is None:
        return
    for level in (0.0, 1.0):
        axes.plot(
            [stent.start_mm, stent.end_mm],
            [level, level],
            color=STENT_COLOUR,
            linewidth=5.0,
            linestyle=STENT_DASHES,
            transform=axes.get_xaxis_transform(),
            zorder=5,
        )


def rule_millimetres(axes: Axes) -> None:
    """Give axes along the vessel a stroke every millimetre, between the ticks with numbers."""
    low, high = axes.get_xlim()
    at = np.arange(np.ceil(low), high)
    axes.plot(
        at,
        np.zeros(len(at)),
        marker=TICKDOWN,
        markersize=1.6,
        markeredgewidth=0.4,
        color="black",
        linestyle="none",
        transform=axes.get_xaxis_transform(),
        clip_on=False,
    )
