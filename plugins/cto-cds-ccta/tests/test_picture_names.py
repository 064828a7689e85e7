"""No words on a picture cover others, leave it, or are crossed by the arrow of another name."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text

from cto_cds_ccta.figure.curved import curved_canvas
from cto_cds_ccta.figure.overview import overview_canvas
from cto_cds_ccta.figure.path import path_canvas
from cto_cds_ccta.figure.quality import quality_canvas
from cto_cds_ccta.figure.sections import sections_canvas
from cto_cds_ccta.figure.unrolled import unrolled_canvas
from cto_cds_ccta.measure.branches import Unsure

PICTURES = {
    "vessel": lambda scene, _: overview_canvas(scene),
    "curved": curved_canvas,
    "sections": lambda scene, _: sections_canvas(scene),
    "calcium": lambda scene, _: unrolled_canvas(scene),
    "path": lambda scene, _: path_canvas(scene),
    "quality": lambda scene, _: quality_canvas(scene),
}
STUDIES = ("side-branches", "two-occlusions", "in-stent", "moved cap")
CLOSED = 79
"""The code of a point that only closes a path."""


@pytest.fixture(scope="module")
def studies(gallery, edited, review):
    at = review.document["caps_mm"]["P"]
    moved = edited(review, lambda document: document["caps_mm"].update(P=at + 4.0))
    made = {name: gallery(name) for name in STUDIES[:-1]} | {"moved cap": moved}
    return {name: (study.scene, study.views) for name, study in made.items()}


def ticks_out_of_sight(canvas):
    """Return the numbers of ticks that are made and never shown."""
    for axes in canvas.findobj(Axes):
        for axis in () if axes.name == "3d" else (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                shown = low - 1e-9 <= tick.get_loc() <= high + 1e-9
                yield from (one for one in (tick.label1, tick.label2) if not shown)


def words_on(canvas):
    canvas.canvas.draw()
    unseen = set(ticks_out_of_sight(canvas))
    for text in canvas.findobj(Text):
        if text.get_visible() and text.get_text().strip() and text not in unseen:
            yield text, Text.get_window_extent(text)


def arrow_points(text):
    """Return points along the arrow of a name, if it has one."""
    if not isinstance(text, Annotation) or text.arrow_patch is None:
        return np.empty((0, 2))
    path = text.arrow_patch.get_path()
    corners = path.vertices if path.codes is None else path.vertices[path.codes != CLOSED]
    steps = np.linspace(0.0, 1.0, 20)[:, None]
    return np.concatenate([a + steps * (b - a) for a, b in pairwise(corners)])


NAMES = ("occlusion 2", "no contrast", "classes: needs review", "bend needs review", "stent ")


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", ["vessel", "sections", "calcium", "path"])
def test_no_name_of_a_piece_of_the_vessel_lies_on_an_image_or_a_graph(name, study, studies):
    canvas = PICTURES[name](*studies[study])
    flat = [axes.bbox for axes in canvas.findobj(Axes) if axes.name != "3d"]
    bad = [
        text.get_text()
        for text, box in words_on(canvas)
        if text.get_text().startswith(NAMES)
        and any(
            box.x0 < each.x1 and box.x1 > each.x0 and box.y0 + 1 < each.y1 and box.y1 > each.y0 + 1
            for each in flat
        )
    ]
    assert not bad


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", PICTURES)
def test_no_words_cover_others_or_leave_the_picture(name, study, studies):
    canvas = PICTURES[name](*studies[study])
    found = list(words_on(canvas))
    bad = [
        text.get_text()
        for text, box in found
        if box.x0 < 0 or box.y0 < 0 or box.x1 > canvas.bbox.width or box.y1 > canvas.bbox.height
    ]
    for (one, box), (other, its) in combinations(found, 2):
        wide = min(box.x1, its.x1) - max(box.x0, its.x0)
        tall = min(box.y1, its.y1) - max(box.y0, its.y0)
        if wide > 1.5 and tall > 2.5:
            bad.append((one.get_text(), other.get_text()))
    for one, _ in found:
        x, y = arrow_points(one).T
        for other, box in found:
            inside = (x > box.x0 + 1) & (x < box.x1 - 1) & (y > box.y0 + 2) & (y < box.y1 - 2)
            if other is not one and inside.any():
                bad.append((f"arrow of {one.get_text()}", other.get_text()))
    assert not bad


def test_branches_close_together_share_one_name_that_covers_no_other(studies):
    scene, views = studies["side-branches"]
    one = scene.branches[0]
    close = tuple(
        replace(
            one, name="branch?", seen=replace(one.seen, from_mm=at, to_mm=at, unsure=Unsure.TISSUE)
        )
        for at in one.seen.at_mm + np.array([1.8, 3.9, 6.1])
    )
    crowded = replace(scene, branches=(one, *close))
    test_no_words_cover_others_or_leave_the_picture("vessel", "c", {"c": (crowded, views)})
    told = " ".join(text.get_text() for text, _ in words_on(overview_canvas(crowded)))
    assert one.name in told
    assert "× branch?" in told
