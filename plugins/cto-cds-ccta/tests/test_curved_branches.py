"""In the curved views every reported branch is marked in both, and no name lies on a vessel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Annotation, Text

from cto_cds_ccta.figure.curved import curved_canvas
from cto_cds_ccta.figure.views import PIXEL_MM


@pytest.fixture
def side(gallery):
    study = gallery("side-branches")
    return study.scene, study.views


def arrows(axes, name):
    return [
        text.arrow_patch
        for text in axes.texts
        if isinstance(text, Annotation) and text.get_text() == name and text.arrow_patch
    ]


def is_dashed(arrow):
    return arrow.get_linestyle() not in {"-", "solid", (0, ())}


def turned_to(scene, views, number):
    """Return a scene whose first branch lies on the surface of one of the views."""
    one = scene.branches[0]
    line = scene.found.vessel.line
    at = int(np.argmin(np.abs(line.arc_mm - one.seen.at_mm)))
    view = views[0]
    towards = np.cross(view.right_lps, view.up_lps)
    wanted = towards if number == 1 else np.cross(towards, line.tangent[at])
    twelve, three = line.across[at]
    angle = float(np.degrees(np.arctan2(wanted @ three, wanted @ twelve)))
    return replace(scene, branches=(replace(one, seen=replace(one.seen, angle_deg=angle)),))


def test_each_branch_is_named_once_in_each_view(side):
    scene, views = side
    for axes in curved_canvas(scene, views).subfigs[1].axes:
        for one in scene.branches:
            assert len(arrows(axes, one.name)) == 1


@pytest.mark.parametrize("number", [0, 1])
def test_the_arrow_is_solid_in_the_view_that_shows_the_branch_and_dashed_in_the_other(side, number):
    scene, views = side
    turned = turned_to(scene, views, number)
    both = curved_canvas(turned, views).subfigs[1].axes
    name = turned.branches[0].name
    seen = [is_dashed(*arrows(axes, name)) for axes in both]
    assert seen == ([False, True] if number == 0 else [True, False])


def test_no_name_lies_on_contrast_where_there_is_dark_room_beside_it(side):
    scene, views = side
    view, axes = views[0], None
    bright = view.hu > 0.6 * scene.found.levels.distal_hu
    canvas = curved_canvas(scene, views)
    canvas.canvas.draw()
    axes = canvas.subfigs[1].axes[0]
    row, column = np.nonzero(bright)
    places = view.corner_mm + PIXEL_MM * np.column_stack([column, row])
    x, y = axes.transData.transform(places).T
    for text in axes.texts:
        box = Text.get_window_extent(text)
        inside = (x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)
        assert not inside.any(), text.get_text()


def test_the_key_says_that_other_vessels_are_not_measured(side):
    scene, views = side
    bare = replace(scene, branches=())
    told = " ".join(text.get_text() for text in curved_canvas(bare, views).findobj(Text))
    assert "other vessels in the picture, are not measured" in told
