"""Below a picture stands what is drawn on it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn import words_on

from cto_cds_ccta.figure.composition import spread_mm
from cto_cds_ccta.figure.overview import overview_canvas, overview_figure
from cto_cds_ccta.figure.path import path_canvas
from cto_cds_ccta.figure.sections import sections_canvas, sections_figure
from cto_cds_ccta.figure.unrolled import unrolled_canvas, unrolled_figure

DARK_BLUE = "Dark blue: from 351 HU."
OUTLINE_OF_ARC = "White outline with black edges"
OUTLINE_OF_SHARE = "White line with black edges"
LUMEN = "Black line with white edges: lumen, as a circle of its fitted mean diameter"


@pytest.fixture
def in_stent(gallery):
    return gallery("in-stent").scene


@pytest.fixture
def calcified(blunt_study):
    return blunt_study.scene


@pytest.fixture
def soft(tapered_study):
    return tapered_study.scene


def test_in_a_stent_no_class_calcium_or_lumen_is_explained(in_stent):
    for text in (words_on(sections_canvas(in_stent)), sections_figure(in_stent).caption):
        assert not any(key in text for key in (DARK_BLUE, OUTLINE_OF_SHARE, LUMEN))
    for text in (words_on(unrolled_canvas(in_stent)), unrolled_figure(in_stent).caption):
        assert OUTLINE_OF_ARC not in text


def test_where_they_are_drawn_they_are_explained(calcified):
    text = words_on(sections_canvas(calcified))
    assert all(key in text for key in (DARK_BLUE, OUTLINE_OF_SHARE, LUMEN))
    assert OUTLINE_OF_ARC in words_on(unrolled_canvas(calcified))


def test_where_there_is_no_calcium_its_outline_is_not_explained(soft):
    assert OUTLINE_OF_SHARE not in words_on(sections_canvas(soft))
    assert OUTLINE_OF_ARC not in words_on(unrolled_canvas(soft))


def test_of_another_occlusion_two_sections_say_that_its_classes_are_not_drawn(calcified, gallery):
    text = words_on(sections_canvas(gallery("two-occlusions").scene))
    assert text.count("classes not drawn") == 2
    assert "not measured" not in text
    assert "purple dashes: the ends of another such piece" in text
    assert "purple dashes" not in words_on(sections_canvas(calcified))


def test_a_hollow_dot_a_deviation_and_the_dots_of_the_marks_are_explained(
    calcified, soft, in_stent
):
    text = words_on(unrolled_canvas(calcified))
    assert "±: one standard deviation." in text
    assert "Hollow dot" not in text
    doubt = replace(calcified.analysis.doubts[0], name="calcium_arc")
    doubted = replace(calcified, doubts={doubt.name: doubt.because})
    assert "Hollow dot: needs review." in words_on(unrolled_canvas(doubted))
    assert not any("±" in words_on(unrolled_canvas(scene)) for scene in (in_stent, soft))
    assert "cap or reference" in words_on(path_canvas(calcified))
    assert "±: one standard deviation." in words_on(overview_canvas(calcified))


def test_a_picture_with_classes_warns_that_contrast_is_blurred_into_the_plaque(soft, in_stent):
    reach = f"In the {spread_mm(soft):.1f} mm inside each end of contrast it is blurred"
    assert "Hatched: contrast blur." in words_on(overview_canvas(soft))
    assert reach in words_on(sections_canvas(soft))
    for figure in (overview_figure(soft), sections_figure(soft)):
        assert reach in figure.caption
    for canvas in (overview_canvas(in_stent), sections_canvas(in_stent)):
        assert "blurred" not in words_on(canvas)
