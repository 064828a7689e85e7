"""The angles of a C-arm are those of DICOM PS3.3, C.8.7.5.1.2, the patient lying on the back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import words_on

from cto_cds_ccta.figure.carm import angles_deg, carm_words, sides_on_monitor
from cto_cds_ccta.figure.curved import curved_canvas
from cto_cds_ccta.figure.path import path_canvas, towards_viewer
from cto_cds_ccta.figure.scene import scene_of
from cto_cds_ccta.figure.views import curved_views

LEFT, BACK, HEAD = np.eye(3)


@pytest.mark.parametrize(
    ("towards", "angles", "told"),
    [
        (-BACK, (0, 0), "LAO 0°, cranial 0°"),
        (LEFT, (90, 0), "LAO 90°, cranial 0°"),
        (-LEFT, (-90, 0), "RAO 90°, cranial 0°"),
        (HEAD - BACK, (0, 45), "LAO 0°, cranial 45°"),
        (-HEAD - BACK, (0, -45), "LAO 0°, caudal 45°"),
        (LEFT - BACK, (45, 0), "LAO 45°, cranial 0°"),
        # A spider view: the detector stands at the left hand and below.
        (LEFT - BACK - np.sqrt(2) * HEAD, (45, -45), "LAO 45°, caudal 45°"),
        (-LEFT - BACK + np.sqrt(2) * HEAD, (-45, 45), "RAO 45°, cranial 45°"),
    ],
)
def test_the_angles_of_a_direction(towards, angles, told):
    assert angles_deg(towards) == pytest.approx(angles)
    assert told in carm_words(towards)
    assert "the patient lies on the back" in carm_words(towards)


@pytest.mark.parametrize(
    ("towards", "right", "up"),
    [
        (-BACK, LEFT, HEAD),
        (LEFT, BACK, HEAD),
        (-LEFT, -BACK, HEAD),
        (HEAD - BACK, LEFT, (HEAD + BACK) / np.sqrt(2)),
        (-HEAD - BACK, LEFT, (HEAD - BACK) / np.sqrt(2)),
        (HEAD - 1e-12 * BACK, LEFT, BACK),
    ],
)
def test_on_the_monitor_the_head_is_up(towards, right, up):
    shown = sides_on_monitor(towards)
    assert np.allclose(shown, (right, up), atol=1e-9)


def test_no_detector_stands_behind_the_patient():
    assert carm_words(BACK + 0.1 * LEFT) == ""


@pytest.fixture
def analysis(blunt_study):
    return blunt_study.analysis


def test_the_first_curved_view_says_from_where_it_is_seen(blunt, analysis):
    front, side = curved_views(blunt.request.volume, analysis.marked.vessel.line)
    told = carm_words(np.cross(front.right_lps, front.up_lps))
    assert told
    assert words_on(curved_canvas(scene_of(analysis), (front, side))).count(told) == 1


def test_the_first_curved_view_lies_as_on_the_monitor_whichever_way_the_vessel_runs(
    blunt, analysis
):
    line = analysis.marked.vessel.line
    turned = replace(line, points_lps_mm=line.points_lps_mm[:, [2, 1, 0]])
    for each in (line, turned):
        front, _ = curved_views(blunt.request.volume, each)
        towards = np.cross(front.right_lps, front.up_lps)
        assert front.up_lps @ HEAD > 0
        assert front.right_lps @ HEAD == pytest.approx(0.0, abs=1e-9)
        assert towards @ BACK <= 0
    told = words_on(curved_canvas(scene_of(analysis), curved_views(blunt.request.volume, line)))
    assert "head up as on the monitor" in told


def test_the_course_in_space_says_from_where_it_is_seen(analysis):
    scene = scene_of(analysis)
    assert carm_words(towards_viewer(scene)) in words_on(path_canvas(scene))


@pytest.mark.parametrize("turn_deg", range(0, 360, 45))
@pytest.mark.parametrize("lean", [-1.0, 0.0, 1.0])
def test_the_course_is_seen_from_where_a_detector_can_stand_and_near_to_straight_upon_its_bend(
    analysis, turn_deg, lean
):
    scene = scene_of(analysis)
    turn = np.radians(turn_deg)
    normal = np.array([np.cos(turn), np.sin(turn), lean])
    normal /= np.linalg.norm(normal)
    along = np.cross(normal, HEAD)
    along /= np.linalg.norm(along)
    aside = np.cross(normal, along)
    line = scene.found.vessel.line
    way = line.arc_mm - scene.found.bend.at_mm
    bent = np.where(way[:, None] < 0, way[:, None] * along, way[:, None] * (along + aside) / 2**0.5)
    found = replace(
        scene.found,
        vessel=replace(scene.found.vessel, line=replace(line, points_lps_mm=bent)),
    )
    towards = towards_viewer(replace(scene, analysis=replace(analysis, found=found)))
    assert towards @ BACK <= 1e-9
    assert carm_words(towards)
    seen = abs(float(towards @ normal))
    front, above = normal[1] <= 0, normal[2] >= 0
    assert seen > (0.97 if front == above or lean == 0 else 0.45)


def test_it_is_said_that_the_reach_of_the_c_arm_is_to_be_checked(blunt, analysis):
    scene = scene_of(analysis)
    views = curved_views(blunt.request.volume, analysis.marked.vessel.line)
    for canvas in (path_canvas(scene), curved_canvas(scene, views)):
        assert "check whether your C-arm gets there" in words_on(canvas)
