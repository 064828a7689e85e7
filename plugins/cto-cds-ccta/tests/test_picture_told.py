"""What stands on a picture is what it shows: places that were edited, lengths, levels, keys."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from drawn import words_on
from matplotlib.axes import Axes
from matplotlib.text import Text

from cto_cds_ccta.figure.canvas import new_canvas
from cto_cds_ccta.figure.choice import chosen_sections
from cto_cds_ccta.figure.curved import curved_canvas
from cto_cds_ccta.figure.lumen import open_lumen
from cto_cds_ccta.figure.overview import overview_canvas, overview_figure
from cto_cds_ccta.figure.path import path_canvas
from cto_cds_ccta.figure.quality import quality_canvas
from cto_cds_ccta.figure.room import box_of
from cto_cds_ccta.figure.sections import draw_section, sections_canvas
from cto_cds_ccta.quantify import told as handed_over

RIM = "Next to fat the plaque looks darker than it is."


@pytest.fixture
def two(gallery):
    return gallery("two-occlusions").scene


@pytest.fixture
def plain(blunt_study):
    return blunt_study.scene


def test_each_place_where_a_person_corrected_the_wall_has_a_section(edited, review):
    middle = sum(review.document["caps_mm"].values()) / 2
    wall = [{"at_mm": round(middle + by, 1), "radius_mm": 2.4} for by in (-2.0, 2.0)]
    scene = edited(review, lambda document: document.update(wall=wall)).scene
    sections = chosen_sections(scene)
    assert len(sections) == 8
    shown = [one.at_mm for one in sections if "wall edited" in one.title]
    assert shown == [one["at_mm"] for one in wall]


def test_a_short_piece_that_a_cap_left_out_is_shown_once(edited, review):
    at = review.document["caps_mm"]["D"]
    scene = edited(review, lambda document: document["caps_mm"].update(D=at - 1.5)).scene
    assert [one.title for one in chosen_sections(scene)].count("no contrast") == 1


def test_before_and_behind_each_occlusion_the_lumen_ends_as_it_was_fitted(two):
    before, between, behind = open_lumen(two)
    ends = (before.area_mm2[-1], *between.area_mm2[[0, -1]], behind.area_mm2[0])
    assert ends == (0.0, 0.0, 0.0, 0.0)


def test_two_occlusions_have_their_lengths_and_the_second_its_place(two):
    first, second = two.found.lesions
    text = words_on(overview_canvas(two))
    start, end = second.proximal.at_mm, second.distal.at_mm
    assert f"occlusion 2: {start:.1f}–{end:.1f}, {end - start:.1f} mm" in text
    assert f"{first.length_mm:.1f} mm, 1 of 2" in text
    assert f"Length from P to D: {first.length_mm:.1f} mm, 1 of 2." in overview_figure(two).caption
    doubted = replace(two, doubts={**two.doubts, "occlusion_length": "The line is in doubt."})
    text = words_on(overview_canvas(doubted))
    assert f"{first.length_mm:.1f} mm" not in text
    assert f"{end - start:.1f} mm" not in text


def test_the_rim_and_other_vessels_are_explained(plain):
    assert RIM in words_on(sections_canvas(plain))
    assert RIM in overview_figure(plain).caption
    assert "Other vessels: no name." in words_on(overview_canvas(plain))


def test_dense_calcium_without_a_border_is_explained_where_it_is(plain):
    key = "Dark blue without a white line around it"
    assert key in words_on(sections_canvas(plain))
    none = replace(plain, classes=np.minimum(plain.classes, 2).astype(np.int8))
    assert key not in words_on(sections_canvas(none))


def test_the_border_of_calcium_has_black_edges_and_lies_over_the_wall(plain):
    section = next(one for one in chosen_sections(plain) if "calcium: area" in one.title)
    axes = new_canvas(3.0).add_subplot()
    draw_section(axes, plain, section, (0.0, 0.0), classes=True)
    borders = [one for one in axes.collections if len(one.get_paths())]
    assert [tuple(one.get_edgecolor()[0][:3]) for one in borders] == [(0, 0, 0), (1, 1, 1)]
    assert min(one.get_zorder() for one in borders) > max(one.get_zorder() for one in axes.lines)


def test_numbers_below_the_strip_never_touch_and_millimetres_stand_there(plain):
    found = plain.found
    near = replace(
        plain,
        branches=(),
        analysis=replace(
            plain.analysis,
            edits=replace(
                plain.analysis.edits,
                wall=tuple((found.proximal.at_mm + by, 2.0) for by in (0.1, 1.2, 2.3)),
            ),
        ),
    )
    canvas = sections_canvas(near)
    strip = min(canvas.findobj(Axes), key=lambda axes: -axes.get_position().y1)
    numbers = [text for text in strip.texts if text.get_text().isdigit()]
    boxes = sorted(box_of(text) for text in numbers)
    assert len(boxes) == 8
    assert all(one[2] <= other[0] for one, other in pairwise(boxes))
    canvas.draw_without_rendering()
    labels = [text for text in strip.get_xticklabels() if text.get_visible() and text.get_text()]
    assert labels
    assert all(box_of(label)[3] < min(box[1] for box in boxes) for label in labels)


def test_the_level_of_contrast_is_drawn_where_there_is_contrast(edited, review):
    at = review.document["caps_mm"]["D"]
    scene = edited(review, lambda document: document["caps_mm"].update(D=at - 1.5)).scene
    level = scene.found.levels.distal_hu
    (line,) = (
        line
        for axes in quality_canvas(scene).findobj(Axes)
        for line in axes.lines
        if len(line.get_ydata()) == 2 and tuple(line.get_ydata()) == (level, level)
    )
    assert min(line.get_xdata()) == pytest.approx(at, abs=0.1)


def test_beside_a_stent_no_word_stands_in_the_areas_and_the_key_says_why(gallery):
    canvas = overview_canvas(gallery("in-stent").scene)
    assert "stent" not in [text.get_text() for text in canvas.findobj(Text)]
    assert "No lumen is drawn where the stent blurs over it." in words_on(canvas)


def test_two_pictures_with_an_angle_of_the_c_arm_say_what_each_is_for(blunt_study, plain):
    assert "It shows most of the whole vessel" in words_on(curved_canvas(plain, blunt_study.views))
    assert "This view shows the sharpest bend" in words_on(path_canvas(plain))


def test_measurements_carry_what_a_person_calls_the_case(blunt_study):
    analysis = blunt_study.analysis
    named = replace(analysis, marked=replace(analysis.marked, name="case-7, RCA"))
    assert handed_over(named, "test").document()["study"]["name"] == "case-7, RCA"
    assert "name" not in handed_over(analysis, "test").document()["study"]
