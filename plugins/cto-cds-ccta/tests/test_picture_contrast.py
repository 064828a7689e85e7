"""Open vessel that a moved cap took in is drawn as contrast: neither as calcium nor as plaque."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import texts_on
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from cto_cds_ccta.figure.canvas import new_canvas
from cto_cds_ccta.figure.choice import chosen_sections
from cto_cds_ccta.figure.composition import draw_areas
from cto_cds_ccta.figure.lumen import open_lumen
from cto_cds_ccta.figure.overview import overview_canvas
from cto_cds_ccta.figure.palette import CLASS_COLOURS
from cto_cds_ccta.figure.rays import calcium_on_rays
from cto_cds_ccta.figure.sections import sections_canvas
from cto_cds_ccta.figure.unrolled import unrolled_canvas

OUTWARDS_MM = 1.5


@pytest.fixture
def outwards(edited, review):
    at = review.document["caps_mm"]["P"]
    return edited(review, lambda document: document["caps_mm"].update(P=at - OUTWARDS_MM)).scene


@pytest.fixture
def as_found(edited, review):
    return edited(review).scene


def test_the_lumen_before_a_cap_moved_outwards_is_drawn_as_before(outwards, as_found):
    before, was = open_lumen(outwards)[0], open_lumen(as_found)[0]
    assert not before.hidden.any()
    apart = before.arc_mm < outwards.found.proximal.at_mm - 2.0
    assert before.area_mm2[apart] == pytest.approx(was.area_mm2[: apart.sum()], rel=0.02)
    assert "calcium" not in texts_on(overview_canvas(outwards))


def test_contrast_between_the_caps_has_no_class_and_its_name(outwards):
    ((start, end),) = outwards.contrast_mm
    assert start == outwards.found.proximal.at_mm
    assert end == pytest.approx(start + OUTWARDS_MM, abs=0.2)
    axes = new_canvas(3.0).add_subplot()
    draw_areas(axes, outwards, 7.0)
    colours = [to_rgb(colour) for colour in CLASS_COLOURS]
    places = [
        path.vertices[:, 0]
        for layer in axes.collections
        if tuple(layer.get_facecolor()[0][:3]) in colours
        for path in layer.get_paths()
    ]
    assert len(places) == len(CLASS_COLOURS)
    assert min(at.min() for at in places) >= end
    assert "contrast" in texts_on(overview_canvas(outwards))


def test_contrast_between_the_caps_is_neither_outlined_nor_the_largest_of_calcium(outwards):
    chalk = outwards.found.calcium
    taken_in = outwards.in_contrast(chalk.arc_mm)
    assert taken_in.any()
    assert not chalk.arc_deg[taken_in].any()
    assert not calcium_on_rays(outwards)[taken_in].any()
    canvas = unrolled_canvas(outwards)
    assert "contrast" in texts_on(canvas)
    dots = [
        float(line.get_xdata()[0])
        for axes in canvas.findobj(Axes)
        for line in axes.lines
        if line.get_marker() == "o"
    ]
    assert len(dots) == 2
    assert not outwards.in_contrast(np.array(dots)).any()


def test_no_section_is_chosen_for_the_calcium_of_contrast_and_one_in_it_has_no_classes(outwards):
    ((_, end),) = outwards.contrast_mm
    sections = chosen_sections(outwards)
    inside = [one for one in sections if outwards.in_contrast(one.at_mm)]
    assert not any("calcium" in one.title or "distal of P" in one.title for one in inside)
    assert not any(one.occluded for one in inside)
    first = next(one for one in sections if one.title.endswith("distal of P"))
    away = float(first.title.split(" mm")[0])
    assert first.at_mm - outwards.found.proximal.at_mm == pytest.approx(away, abs=0.06)
    assert first.at_mm > end
    assert texts_on(sections_canvas(outwards)).count("contrast") == len(inside)
