"""In the straightened vessel the wall is seen: the image is tall, and no name stands on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.text import Annotation, Text

from cto_cds_ccta.figure.overview import overview_canvas
from cto_cds_ccta.figure.path import path_canvas
from cto_cds_ccta.figure.quality import quality_canvas
from cto_cds_ccta.figure.sections import sections_canvas
from cto_cds_ccta.figure.unrolled import unrolled_canvas

ALONG = (overview_canvas, unrolled_canvas, path_canvas, quality_canvas)


@pytest.fixture
def side(gallery):
    return gallery("side-branches").scene


def percent_across(image):
    image.figure.canvas.draw()
    place, (low, high), (bottom, top) = (
        image.get_window_extent(),
        image.get_xlim(),
        image.get_ylim(),
    )
    return 100 * (place.height / (top - bottom)) / (place.width / (high - low))


def words_on_images(canvas, images):
    canvas.canvas.draw()
    return [
        text.get_text()
        for text in canvas.findobj(Text)
        if text.get_text().strip()
        for box in [Text.get_window_extent(text)]
        if any(
            box.x0 < image.bbox.x1
            and box.x1 > image.bbox.x0
            and box.y0 + 2 < image.bbox.y1
            and box.y1 > image.bbox.y0 + 2
            for image in images
        )
    ]


def test_no_words_stand_on_the_images_of_the_printed_picture(side):
    canvas = overview_canvas(side)
    assert not words_on_images(canvas, canvas.axes[:2])


def test_no_words_stand_on_the_image_above_the_sections(side):
    canvas = sections_canvas(side)
    strip = max(canvas.subfigs[1].axes, key=lambda axes: axes.get_position().y0)
    assert not words_on_images(canvas, [strip])


def test_the_vessel_is_at_least_half_as_tall_as_it_is_true_to_scale(side):
    for image in overview_canvas(side).axes[:2]:
        assert percent_across(image) > 50
    # A long occlusion: as much of the line as is there.
    low, high = side.shown_mm
    longer = replace(side, shown_mm=(low - 15.0, high + 15.0))
    assert percent_across(overview_canvas(longer).axes[0]) > 75


def test_a_vessel_that_fits_is_drawn_in_one_scale(side):
    low, high = side.shown_mm
    canvas = overview_canvas(replace(side, shown_mm=(low - 40.0, high + 40.0)))
    assert percent_across(canvas.axes[0]) == pytest.approx(100, abs=0.5)
    assert "Images to scale." in " ".join(text.get_text() for text in canvas.texts)


def test_each_branch_is_named_beside_the_image_and_a_line_leads_to_its_mouth(side):
    canvas = overview_canvas(side)
    canvas.canvas.draw()
    pointed = [
        text.xy[0]
        for image in canvas.axes[:2]
        for text in image.texts
        if isinstance(text, Annotation) and text.arrow_patch is not None
    ]
    assert sorted(pointed) == pytest.approx([one.seen.at_mm for one in side.branches])


@pytest.mark.parametrize("draw", ALONG)
def test_the_axis_says_from_where_its_numbers_count(draw, side):
    given = " ".join(text.get_text() for text in draw(side).findobj(Text))
    assert "mm from the start of the given line" in given
    assert "seed" not in given
    marked = replace(side.analysis.marked, worst_cost_per_mm=1.0)
    found = replace(side, analysis=replace(side.analysis, marked=marked))
    told = " ".join(text.get_text() for text in draw(found).findobj(Text))
    assert "mm from the proximal seed (not from the ostium)" in told
