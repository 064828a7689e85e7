"""What a reader needs stands on each picture: whose, which way, what is closed, what is sure."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image
from scipy.ndimage import label

from cto_cds_ccta.figure import palette
from cto_cds_ccta.figure.canvas import png
from cto_cds_ccta.figure.choice import chosen_sections
from cto_cds_ccta.figure.composition import SPREAD_HATCH, spread_mm
from cto_cds_ccta.figure.curved import curved_canvas
from cto_cds_ccta.figure.extents import CASING_PT
from cto_cds_ccta.figure.lumen import open_lumen
from cto_cds_ccta.figure.marks import STYLES
from cto_cds_ccta.figure.overview import overview_canvas
from cto_cds_ccta.figure.path import path_canvas
from cto_cds_ccta.figure.quality import quality_canvas
from cto_cds_ccta.figure.scene import SideBranch, scene_of
from cto_cds_ccta.figure.sections import sections_canvas
from cto_cds_ccta.figure.unrolled import unrolled_canvas
from cto_cds_ccta.measure.branches import Branch, Unsure
from cto_cds_ccta.phantom.parts import Plate

PICTURES = {
    "vessel": overview_canvas,
    "sections": sections_canvas,
    "calcium": unrolled_canvas,
    "path": path_canvas,
    "quality": quality_canvas,
    "curved": None,
}
ALONG = ("vessel", "sections", "calcium", "quality")


class Drawn:
    """A study and its pictures, drawn."""

    def __init__(self, study) -> None:
        self.study, self.analysis, self.scene = study, study.analysis, study.scene
        self.canvases = {}

    def canvas(self, name):
        if name not in self.canvases:
            draw = PICTURES[name]
            views = (self.study.views,) if draw is None else ()
            self.canvases[name] = (draw or curved_canvas)(self.scene, *views)
        return self.canvases[name]

    def words(self, name):
        texts = (text.get_text() for text in self.canvas(name).findobj(Text))
        return " ".join(text.replace("\n", " ") for text in texts)

    def purple(self, name):
        """Return where a picture has the colour of a piece without contrast."""
        image = Image.open(io.BytesIO(png(self.canvas(name)))).convert("RGB")
        wanted = [int(palette.OCCLUDED_COLOUR[at : at + 2], 16) for at in (1, 3, 5)]
        return np.abs(np.asarray(image).astype(int) - wanted).max(axis=2) < 12


@pytest.fixture(scope="module")
def two(gallery):
    return Drawn(gallery("two-occlusions"))


@pytest.fixture(scope="module")
def side(gallery):
    return Drawn(gallery("side-branches"))


@pytest.fixture(scope="module")
def stented(gallery):
    return Drawn(gallery("in-stent"))


@pytest.fixture(scope="module")
def plain(blunt_study):
    return Drawn(blunt_study)


@pytest.fixture(scope="module")
def narrowing(tapered_study):
    return Drawn(tapered_study)


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_says_what_a_person_calls_the_case(name, plain):
    marked = replace(plain.analysis.marked, name="case-7, RCA")
    called = Drawn(replace(plain.study, analysis=replace(plain.analysis, marked=marked)))
    assert "case-7, RCA: " in called.words(name)


def runs(columns, least):
    edges = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]]).astype(int)))
    lengths = edges[1::2] - edges[::2]
    return lengths[lengths >= least]


@pytest.mark.parametrize("name", ALONG)
def test_a_second_occlusion_has_the_colour_of_the_first(name, two, plain):
    bars = runs(two.purple(name).sum(axis=0) >= 4, least=30)
    assert len(bars) == 2
    assert bars[1] / bars[0] == pytest.approx(8.0 / 11.0, abs=0.12)
    assert len(runs(plain.purple(name).sum(axis=0) >= 4, least=30)) == 1


def test_in_space_a_second_occlusion_has_the_colour_of_the_first(two, plain):
    for picture, expected in ((two, 2), (plain, 1)):
        purple = picture.purple("path")
        course = purple[: int(0.6 * len(purple))]
        pieces, count = label(course, structure=np.ones((3, 3)))
        large = [number for number in range(1, count + 1) if (pieces == number).sum() > 120]
        assert len(large) >= expected
        graph = purple[int(0.6 * len(purple)) :]
        assert len(runs(graph.sum(axis=0) >= 4, least=30)) == expected


def test_in_the_curved_views_each_occlusion_has_a_band_in_both(two, plain):
    for picture, expected in ((two, 2), (plain, 1)):
        pieces, count = label(picture.purple("curved"), structure=np.ones((3, 3)))
        large = [number for number in range(1, count + 1) if (pieces == number).sum() > 250]
        assert len(large) == 2 * expected


@pytest.mark.parametrize("name", sorted(set(PICTURES) - {"sections"}))
def test_a_second_occlusion_is_named_on_the_picture(name, two):
    assert "occlusion 2" in two.words(name)


def test_there_are_sections_through_the_second_occlusion(two):
    sections = chosen_sections(two.scene)
    one, other = (section for section in sections if section.title == "occlusion 2")
    start, end = two.scene.found.gaps_mm[1]
    assert start < one.at_mm < other.at_mm < end
    assert not any(each.occluded for each in (one, other))
    assert len(sections) == 8


def hatched_mm(canvas):
    """Return where the classes of the printed picture are hatched along the vessel, mm by mm."""
    fills = [one for one in canvas.axes[2].collections if one.get_hatch() == SPREAD_HATCH]
    paths = [path for one in fills for path in one.get_paths()]
    return [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in paths]


def test_what_contrast_blurs_into_the_plaque_is_hatched_at_its_ends_and_not_at_a_moved_cap(
    edited, review, plain, stented
):
    reach, found = spread_mm(plain.scene), plain.scene.found
    (start, inner), (outer, end) = hatched_mm(plain.canvas("vessel"))
    assert (start, end) == pytest.approx((found.proximal.at_mm, found.distal.at_mm), abs=0.3)
    assert (inner - start, end - outer) == pytest.approx((reach, reach), abs=0.4)
    at = review.document["caps_mm"]["P"]
    moved = Drawn(edited(review, lambda document: document["caps_mm"].update(P=at + 2.0)))
    assert hatched_mm(moved.canvas("vessel")) == [pytest.approx((outer, end), abs=0.1)]
    assert not hatched_mm(stented.canvas("vessel"))


def test_the_bar_of_an_occlusion_covers_no_class(plain):
    canvas = plain.canvas("vessel")
    area = canvas.axes[2]
    bottom, _ = area.get_ylim()
    below_pt = (area.transData.transform((0, 0)) - area.transData.transform((0, bottom)))[1]
    assert below_pt * 72 / canvas.dpi >= CASING_PT / 2 - 0.2
    assert min(area.get_yticks()) == 0


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_says_whose_it_is_which_way_and_what_its_marks_mean(name, plain):
    told = plain.words(name)
    assert "120 kV" in told
    assert "For research and planning support, not a certified device." in told
    assert "proximal" in told
    assert "distal" in told
    assert "P, D: " in told
    assert "S, E: " in told
    assert "Dashed: proposed by the program" in told or "dashed: proposed by the program" in told
    assert "needs review" in told


def test_what_the_scanner_called_the_series_is_cut_and_nothing_else_of_its_header_is_shown(plain):
    info = replace(
        plain.analysis.marked.info,
        description="A very long name that somebody gave to this series of the heart " * 3,
        contrast_agent="AGENT",
        manufacturer="MAKER",
    )
    analysis = replace(plain.analysis, marked=replace(plain.analysis.marked, info=info))
    told = " ".join(text.get_text() for text in overview_canvas(scene_of(analysis)).findobj(Text))
    assert "A very long name" in told
    assert "…" in told
    assert not any(word in told for word in ("AGENT", "MAKER"))


def test_the_length_stands_in_the_printed_picture(plain, stented):
    found, sd = plain.scene.found, plain.analysis.sd
    assert f"{found.length_mm:.1f} ± {sd.length_mm:.1f} mm" in plain.words("vessel")
    assert f"{stented.scene.found.length_mm:.1f} ±" not in stented.words("vessel")


def test_the_stump_is_named_and_where_a_taper_begins_is_drawn(plain, narrowing):
    assert "blunt stump" in plain.words("vessel")
    cap = narrowing.scene.found.proximal
    assert f"tapered stump {cap.taper_mm:.1f} mm" in narrowing.words("vessel")
    before, *_ = open_lumen(narrowing.scene)
    edge = cap.at_mm - cap.taper_mm
    full = np.median(before.area_mm2[before.arc_mm < edge - 2.0])
    assert np.interp(cap.at_mm - cap.taper_mm / 2, before.arc_mm, before.area_mm2) < 0.5 * full
    assert before.area_mm2[-1] == 0.0


def test_a_blunt_stump_does_not_look_tapered(plain):
    before, behind = open_lumen(plain.scene)
    cap = plain.scene.found.proximal.at_mm
    near = before.area_mm2[(before.arc_mm > cap - 2.0) & (before.arc_mm < cap - 0.1)]
    usual = np.median(before.area_mm2[before.arc_mm < cap - 2.0])
    assert near.min() > 0.8 * usual
    assert behind.area_mm2[0] == 0.0


def test_branches_are_pointed_at_with_their_diameter(side):
    before = [one for one in side.scene.branches if one.before]
    behind = [one for one in side.scene.branches if not one.before]
    found = side.scene.found
    assert any(abs(one.seen.at_mm - found.proximal.at_mm) < 3.5 for one in before)
    assert any(abs(one.seen.at_mm - found.distal.at_mm) < 4.5 for one in behind)
    for one in (before[-1], behind[0]):
        assert one.name == f"branch {2 * one.seen.radius_mm:.1f} mm"
        assert one.name in side.words("vessel")
        assert one.name in side.words("curved")
        sections = chosen_sections(side.scene)
        assert any(each.title == one.name and each.at_mm == one.seen.at_mm for each in sections)
    assert len(sections) == 8


def with_branches(scene, *branches: tuple[Branch, str, bool]):
    return replace(scene, branches=tuple(SideBranch(*one) for one in branches))


def test_a_section_shows_the_sure_branch_and_not_a_doubtful_one_nearer_to_the_cap(side):
    cap, sure = side.scene.found.proximal.at_mm, side.scene.branches[0].seen
    assert sure.sure
    farther = replace(sure, from_mm=cap - 6.0, to_mm=cap - 5.0)
    nearer = replace(sure, from_mm=cap - 3.0, to_mm=cap - 2.0, unsure=Unsure.FAINT)
    scene = with_branches(side.scene, (nearer, "branch?", True), (farther, "branch 1.8 mm", True))
    titles = {section.title for section in chosen_sections(scene)}
    assert "branch 1.8 mm" in titles
    assert "branch?" not in titles


def test_a_doubtful_branch_shows_no_place_a_second_time(side):
    cap, sure = side.scene.found.proximal.at_mm, side.scene.branches[0].seen
    doubtful = replace(sure, from_mm=cap + 0.5, to_mm=cap + 0.9, unsure=Unsure.FAINT)
    sections = chosen_sections(with_branches(side.scene, (doubtful, "branch?", True)))
    assert not [section for section in sections if section.title == "branch?"]
    places = [section.at_mm for section in sections]
    assert min(after - before for before, after in pairwise(places)) > 0.5


def test_a_branch_beside_a_cap_in_doubt_has_no_diameter(side):
    doubts = tuple(
        replace(side.analysis.doubts[0], name=f"{where}_vessel_diameter")
        for where in ("proximal", "distal")
    )
    scene = scene_of(replace(side.analysis, doubts=doubts))
    assert {one.name for one in scene.branches} == {"branch?"}


def test_no_lumen_is_drawn_where_calcium_of_an_open_piece_would_be_counted_as_contrast(
    blunt_design, study_of
):
    plate = Plate(5.0, 8.0, 60.0, 120.0, outer_mm=0.1, thickness_mm=0.5, hu=800.0)
    chalky = Drawn(study_of(replace(blunt_design, distal_plates=(plate,))))
    clear = study_of(blunt_design)
    _, behind = open_lumen(chalky.scene)
    away = behind.arc_mm - chalky.scene.found.distal.at_mm
    assert np.isnan(behind.area_mm2[(away > 5.5) & (away < 7.5)]).all()
    assert not np.isnan(behind.area_mm2[(away < 3.5) | (away > 9.5)]).any()
    assert "calcium" in chalky.words("vessel").replace("dense calcium", "")
    assert not np.isnan(open_lumen(clear.scene)[1].area_mm2).any()


@pytest.mark.parametrize("name", ["vessel", "sections", "calcium", "quality", "curved"])
def test_a_stent_is_drawn_with_its_place(name, stented):
    stent = stented.scene.stent
    assert f"stent {stent.start_mm:.0f} to {stent.end_mm:.0f} mm" in stented.words(name)


def test_in_a_stent_nothing_is_taken_for_calcium_or_plaque(stented, plain):
    for name in ("calcium", "sections"):
        assert not stented.canvas(name).findobj(ContourSet)
        assert plain.canvas(name).findobj(ContourSet)
    assert "most calcium" not in stented.words("sections")
    for colour in palette.CLASS_COLOURS:
        for name in ("vessel", "sections"):
            image = Image.open(io.BytesIO(png(stented.canvas(name)))).convert("RGB")
            wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
            same = (np.abs(np.asarray(image).astype(int) - wanted).max(axis=2) < 3).sum()
            assert same < 0.01 * image.width * image.height


@pytest.mark.parametrize("name", ["vessel", "sections"])
def test_a_picture_of_classes_says_for_which_voltage_they_are_made(name, plain, narrowing):
    assert "120 kV, not 100" in narrowing.words(name)
    assert "120 kV, not" not in plain.words(name)


def test_the_most_calcium_has_its_share_and_the_references_their_diameters(plain):
    told, found = plain.words("sections"), plain.scene.found
    assert f"most calcium: area {found.calcium.max_area_percent:.0f} %" in told
    for letter, rings in (("S", found.proximal_lumen), ("E", found.distal_lumen)):
        assert f"{letter}: lumen {2 * rings.lumen_radius_mm:.2f} mm" in told
    assert "White line with black edges: calcium" in told
    assert "a circle of its fitted mean diameter, not its outline" in told
    assert "Green: outer wall" in told


def test_a_colour_has_one_meaning():
    colours = (
        *palette.CLASS_COLOURS,
        palette.WALL_COLOUR,
        palette.OCCLUDED_COLOUR,
        palette.CALCIUM_COLOUR,
        palette.STENT_COLOUR,
        palette.LUMEN_COLOUR,
        palette.LUMEN_FILL,
    )
    assert len(set(colours)) == len(colours)


def dotted(canvas):
    pattern = STYLES["needs review"][1]
    lines = canvas.findobj(Line2D)
    return [line for line in lines if line._unscaled_dash_pattern[1] == pattern]


@pytest.mark.parametrize("name", PICTURES)
def test_only_a_mark_that_needs_review_is_dotted(name, plain, stented):
    assert not dotted(plain.canvas(name))
    if name != "path":
        assert dotted(stented.canvas(name))


def test_an_edited_picture_still_says_what_its_letters_and_lines_mean(edited, review):
    at = review.document["caps_mm"]["P"]
    moved = edited(review, lambda document: document["caps_mm"].update(P=at - 1.0))
    told = Drawn(moved).words("vessel")
    assert "P edited" in told
    assert "P, D: caps" in told
    assert "Dashed: proposed by the program" in told
    assert "Solid: by a person" in told


def test_what_a_moved_cap_left_out_is_still_shown_as_without_contrast(edited, review):
    at = review.document["caps_mm"]["P"]
    moved = Drawn(edited(review, lambda document: document["caps_mm"].update(P=at + 2.0)))
    (left_out,) = moved.scene.others
    assert left_out.end_mm == moved.scene.found.proximal.at_mm
    assert left_out.end_mm - left_out.start_mm == pytest.approx(2.0, abs=1.0)
    assert "no contrast" in moved.words("curved").replace("Purple bar: no contrast", "")


def test_references_that_a_person_confirmed_are_marked_so(edited, review):
    told = edited(review, lambda document: document["confirmed"].update(references=True))
    assert {mark.letter: mark.standing for mark in told.scene.marks} == {
        "S": "confirmed",
        "P": "found",
        "D": "found",
        "E": "confirmed",
    }
