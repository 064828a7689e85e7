"""What the pictures show lies where it lies in the patient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.dicom.volume import Volume
from cto_cds.facts.measured import Doubt
from scipy.ndimage import map_coordinates

from cto_cds_ccta.edits import Edits
from cto_cds_ccta.figure.canvas import new_canvas
from cto_cds_ccta.figure.choice import Section, chosen_sections
from cto_cds_ccta.figure.marks import marks_of
from cto_cds_ccta.figure.rays import ANGLES, calcium_on_rays, unrolled
from cto_cds_ccta.figure.scene import scene_of
from cto_cds_ccta.figure.sections import draw_section
from cto_cds_ccta.figure.views import PIXEL_MM, curved_views
from cto_cds_ccta.measure.chalk import chalk_of
from cto_cds_ccta.measure.line import vessel_line
from cto_cds_ccta.readings.calcium import calcium_readings


@pytest.fixture
def analysis(blunt_study):
    return blunt_study.analysis


@pytest.fixture
def scene(blunt_study):
    return blunt_study.scene


@pytest.fixture(params=[0, 1], ids=["from front", "from side"])
def view(request, blunt_study):
    return blunt_study.views[request.param]


def seen_at(view, places):
    at = np.rint((places - view.corner_mm) / PIXEL_MM).astype(int)
    return view.hu[at[:, 1], at[:, 0]].astype(float)


def test_the_marks_are_where_the_caps_of_the_phantom_are(scene, blunt):
    at = {mark.letter: mark.at_mm for mark in scene.marks}
    assert list(at) == ["S", "P", "D", "E"]
    assert at["P"] == pytest.approx(blunt.truth["proximal_cap_mm"], abs=1.0)
    assert at["D"] == pytest.approx(blunt.truth["distal_cap_mm"], abs=1.0)
    assert at["S"] < at["P"] - 3.0
    assert at["E"] > at["D"] + 3.0


def test_the_marks_say_whether_a_person_looked(analysis):
    edits = Edits(caps_confirmed=True, changed=True, moved=frozenset("PE"))
    doubted = {"proximal_vessel_diameter"}
    told = {mark.letter: mark.text for mark in marks_of(analysis.found, edits, doubted)}
    assert told == {"S": "S?", "P": "P edited", "D": "D ok", "E": "E edited"}
    told = {mark.letter: mark.text for mark in marks_of(analysis.found, Edits(), ())}
    assert told == {"S": "S", "P": "P", "D": "D", "E": "E"}


def test_a_curved_view_shows_along_its_course_what_the_line_meets(view, analysis):
    vessel = analysis.marked.vessel
    middle = len(vessel.axis_mm) // 2
    on_line = vessel.hu[:, middle, middle]
    inner = slice(8, -8)
    off = seen_at(view, view.course_mm)[inner] - on_line[inner]
    assert abs(off).mean() < 30
    assert np.corrcoef(seen_at(view, view.course_mm)[inner], on_line[inner])[0, 1] > 0.95


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_course_that_turns_in_all_directions_lies_in_both_views(blunt, axis):
    ramp = np.broadcast_to(np.moveaxis(10 * np.arange(64)[:, None, None], 0, axis), (64, 64, 64))
    volume = Volume(ramp.astype(np.int16), np.eye(4), blunt.request.volume.info)
    turn = np.linspace(0.0, 1.5 * np.pi, 120)
    corkscrew = np.column_stack([9 * np.cos(turn), 9 * np.sin(turn), 5 * turn - 12])
    line = vessel_line(corkscrew + 32.0, np.ones(len(turn)))
    there = 10 * volume.index_of(line.points_lps_mm)[:, axis]
    for view in curved_views(volume, line):
        assert np.ptp(view.course_mm, axis=0).min() > 5
        assert seen_at(view, view.course_mm) == pytest.approx(there, abs=4)


def test_in_a_curved_view_contrast_ends_at_p_and_returns_at_d(view, analysis):
    line, found = analysis.marked.vessel.line, analysis.found

    for cap, outwards in ((found.proximal.at_mm, -1.5), (found.distal.at_mm, 1.5)):
        open_hu, occluded_hu = (
            seen_at(view, view.course_mm[np.abs(line.arc_mm - at) < 0.6]).mean()
            for at in (cap + outwards, cap - outwards)
        )
        assert open_hu > occluded_hu + 80


def test_the_curved_view_from_the_front_has_one_scale_in_both_directions(blunt, analysis):
    view, other = curved_views(blunt.request.volume, analysis.marked.vessel.line)
    steps = np.diff(analysis.marked.vessel.line.points_lps_mm, axis=0)
    in_picture = np.diff(view.course_mm, axis=0)
    assert np.allclose(in_picture[:, 0], steps @ view.right_lps, atol=1e-9)
    assert np.allclose(in_picture[:, 1], steps @ view.up_lps, atol=1e-9)
    whole = np.hypot(*np.diff(other.course_mm, axis=0).T).sum()
    assert whole == pytest.approx(np.linalg.norm(steps, axis=1).sum(), rel=1e-6)


def drawn_section(analysis, section):
    """Return the brightness of a drawn cross-section at a place of its axes, in mm."""
    axes = new_canvas(2.0).add_subplot()
    at_mm = analysis.marked.vessel.line.arc_mm[section]
    draw_section(axes, scene_of(analysis), Section(1, at_mm, "", occluded=False), (0.0, 0.0))
    (image,) = axes.images
    left, right, bottom, top = image.get_extent()
    assert image.origin == "lower"
    hu = image.get_array()

    def shown(x: float, y: float) -> float:
        row = round((y - bottom) / (top - bottom) * (len(hu) - 1))
        return float(hu[row, round((x - left) / (right - left) * (len(hu) - 1))])

    return shown


def test_three_oclock_is_to_the_right_of_who_looks_from_the_proximal_end(blunt, analysis):
    vessel, volume = analysis.marked.vessel, blunt.request.volume
    section = len(vessel.hu) // 2
    twelve, three = vessel.line.across[section]
    assert np.cross(three, twelve) @ vessel.line.tangent[section] < -0.99
    rays = unrolled(vessel, vessel.hu, 0, 0.0)[:, :, 10]
    shown = drawn_section(analysis, section)
    for hour, direction, place in ((0, 0, (0.0, 1.0)), (ANGLES // 4, 1, (1.0, 0.0))):
        places = vessel.line.points_lps_mm + 1.0 * vessel.line.across[:, direction]
        scanned = map_coordinates(volume.hu.astype(float), volume.index_of(places).T, order=1)
        assert np.corrcoef(rays[:, hour], scanned)[0, 1] > 0.98
        opposite = rays[:, (hour + ANGLES // 2) % ANGLES]
        assert np.corrcoef(opposite, scanned)[0, 1] < 0.9
        assert shown(*place) == pytest.approx(rays[section, hour], abs=5)


def test_the_outline_of_calcium_covers_the_arc_that_is_told(scene):
    shown = calcium_on_rays(scene).mean(axis=1) * 360
    told = scene.found.calcium.arc_deg
    assert told.max() > 100
    assert np.abs(shown - told).max() < 30
    assert np.abs(shown - told).mean() < 6


def test_calcium_that_is_outlined_is_not_told_to_be_none_though_its_plate_is_too_thin_for_a_volume(
    scene,
):
    chalk = scene.found.calcium
    assert calcium_on_rays(scene).any()
    thin = replace(scene.found, calcium=replace(chalk, mask=np.zeros_like(chalk.mask)))
    parts = chalk_of(thin)
    assert parts.body.volume_mm3 == 0
    readings = {reading.name: reading for reading in calcium_readings(thin, parts, 5.0)}
    assert isinstance(readings["calcium_body"], Doubt)


def test_sections_show_both_references_both_caps_and_the_most_calcium(scene):
    sections = chosen_sections(scene)
    before, proximal, distal, behind = (mark.at_mm for mark in scene.marks)
    at = [section.at_mm for section in sections]
    assert at == sorted(at)
    assert len(at) == 8
    assert (at[0], at[-1]) == (before, behind)
    assert proximal < at[1] < proximal + 1.1
    assert distal - 1.1 < at[-2] < distal
    most = next(section for section in sections if section.title.startswith("most calcium: area"))
    chalk = scene.found.calcium
    near = int(np.argmin(np.abs(chalk.arc_mm - most.at_mm)))
    assert chalk.area_percent[near] == chalk.max_area_percent


def test_a_section_at_the_largest_arc_tells_the_arc_of_the_fact_and_one_at_the_largest_area_not(
    scene,
):
    chalk = scene.found.calcium
    arc = np.where(np.arange(len(chalk.arc_deg)) == len(chalk.arc_deg) // 4, 300.0, chalk.arc_deg)
    area = np.where(np.arange(len(arc)) == len(arc) // 2, 70.0, chalk.area_percent)
    apart = replace(scene.found, calcium=replace(chalk, arc_deg=arc, area_percent=area))
    drawn = replace(scene, analysis=replace(scene.analysis, found=apart))
    told = {section.title: section.at_mm for section in chosen_sections(drawn)}
    assert told["most calcium: arc 300°"] == chalk.arc_mm[len(arc) // 4]
    assert told["most calcium: area 70 %"] == chalk.arc_mm[len(arc) // 2]
