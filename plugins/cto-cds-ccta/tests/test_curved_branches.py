"""In the curved views every reported branch is marked in both, and no name lies on a vessel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Annotation, Text

from cto_cds_ccta.figure.curved import BAR_MM, curved_canvas
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


def covered(scene, view, named):
    """Return of each name the share of it that lies over what is as bright as contrast."""
    levels = scene.found.levels
    bright = view.hu > 0.6 * min(levels.proximal_hu, levels.distal_hu)
    under = {name: bright[pixels] for name, pixels in named.items()}
    return {name: part.sum() / max(part.size, 1) for name, part in under.items()}


def named_in(scene, views, number):
    """Return the pixels of a view that each of its names lies over; the scale cannot move."""
    canvas = curved_canvas(scene, views)
    canvas.canvas.draw()
    axes, view = canvas.subfigs[1].axes[number], views[number]
    found = {}
    for text in axes.texts:
        if isinstance(text, Annotation) and text.get_text() != f"{BAR_MM:.0f} mm":
            corners = axes.transData.inverted().transform(Text.get_window_extent(text))
            places = np.rint((corners - view.corner_mm) / PIXEL_MM).astype(int)
            (left, lower), (right, upper) = np.maximum(places, 0)
            found[text.get_text()] = slice(lower, upper), slice(left, right)
    return found


@pytest.mark.parametrize("number", [0, 1])
def test_no_name_lies_on_contrast_where_there_is_dark_room_beside_it(side, number):
    scene, views = side
    named = named_in(scene, views, number)
    assert len(named) >= 6 + len(scene.branches)
    assert not any(covered(scene, views[number], named).values())


@pytest.mark.parametrize("number", [0, 1])
def test_every_name_makes_way_for_contrast_where_it_would_stand(side, number):
    scene, views = side
    hu = views[number].hu.copy()
    usual = named_in(scene, views, number)
    for pixels in usual.values():
        hu[pixels] = scene.found.levels.proximal_hu
    bright = replace(views[number], hu=hu)
    assert min(covered(scene, bright, usual).values()) == 1.0
    moved = named_in(scene, (bright, views[1]) if number == 0 else (views[0], bright), number)
    assert moved.keys() == usual.keys()
    assert max(covered(scene, bright, moved).values()) < 0.5


def test_the_key_says_that_other_vessels_are_not_measured(side):
    scene, views = side
    bare = replace(scene, branches=())
    told = " ".join(text.get_text() for text in curved_canvas(bare, views).findobj(Text))
    assert "other vessels in the picture, are not measured" in told
