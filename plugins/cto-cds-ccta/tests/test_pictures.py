"""The pictures: all there, the same each time, with words for who cannot see them."""

from __future__ import annotations

import io
from itertools import pairwise

import matplotlib as mpl
import pytest
from PIL import Image

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.figure.palette import CLASS_COLOURS
from cto_cds_ccta.phantom.study import silent

NAMES = ("vessel.png", "curved.png", "sections.png", "calcium.png", "path.png", "quality.png")
PRINTED_MM = (112, 60)


def picture(case, name):
    return next(figure for figure in case.measured.figures if figure.name == name)


def test_there_is_a_picture_of_each_kind_the_printed_one_first(case):
    assert tuple(figure.name for figure in case.measured.figures) == NAMES
    for figure in case.measured.figures:
        assert figure.media_type == "image/png"
        assert Image.open(io.BytesIO(figure.content)).format == "PNG"


def test_the_printed_picture_fills_its_place_on_paper(case):
    wide, tall = Image.open(io.BytesIO(picture(case, "vessel.png").content)).size
    assert wide / tall == pytest.approx(PRINTED_MM[0] / PRINTED_MM[1], rel=0.01)
    assert wide / PRINTED_MM[0] * 25.4 > 200


def test_each_picture_is_sharp_at_the_width_at_which_a_wide_screen_shows_it(case):
    for figure in case.measured.figures:
        assert Image.open(io.BytesIO(figure.content)).width >= 1016


def test_the_same_study_gives_the_same_bytes_whatever_the_settings_of_the_user(tapered):
    with mpl.rc_context({"font.size": 30.0, "axes.facecolor": "red", "lines.linewidth": 9.0}):
        again = CctaBackend().measure(tapered.request, silent)
    assert again.figures == tapered.measured.figures
    assert again.facts == tapered.measured.facts


def test_a_picture_names_neither_software_nor_time(case):
    for figure in case.measured.figures:
        assert b"matplotlib" not in figure.content.lower()
        kept = {key for key in Image.open(io.BytesIO(figure.content)).info if key != "dpi"}
        assert kept == set()


def test_captions_tell_what_is_seen_with_the_numbers_of_the_facts(blunt):
    told = {figure.name: figure.caption for figure in blunt.measured.figures}
    assert f"{blunt.value('occlusion_length'):.1f} ± " in told["vessel.png"]
    assert "S proximal reference, P proximal cap, D distal cap, E distal" in told["vessel.png"]
    assert f"{blunt.value('max_bend'):.0f} ± " in told["curved.png"]
    assert f"{blunt.value('max_bend'):.0f} ± " in told["path.png"]
    assert f"{blunt.value('calcium_arc'):.0f} degrees" in told["calcium.png"]
    assert f"{blunt.value('calcium_area_fraction'):.0f} %" in told["calcium.png"]
    assert "most calcium" in told["sections.png"]
    assert "noise" in told["quality.png"].lower()
    review = told["quality.png"].partition("Needs review: ")[2]
    assert "Calcium at the proximal cap" in review
    assert "Distal cap at a bifurcation" in review


def test_a_picture_without_calcium_says_so(tapered):
    assert "at most 0 degrees and 0 %" in picture(tapered, "calcium.png").caption
    assert "most calcium" not in picture(tapered, "sections.png").caption


def test_a_doubted_number_stands_in_no_picture(bright_plaque):
    told = {figure.name: figure.caption for figure in bright_plaque.measured.figures}
    assert "Length from P to D: needs review" in told["vessel.png"]
    assert "Share of the plaque: needs review" in told["vessel.png"]
    assert "Sharpest bend: needs review" in told["curved.png"]
    assert "The classes need review" in told["sections.png"]
    assert "Occlusion length" in told["quality.png"]


def luminance(rgb):
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), rgb, strict=True))


def linear(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lightness(colour):
    return 116 * luminance(linear(colour)) ** (1 / 3) - 16


def test_the_classes_can_be_told_apart_in_a_grey_print():
    sorted_ones = sorted(lightness(colour) for colour in CLASS_COLOURS)
    steps = [after - before for before, after in pairwise(sorted_ones)]
    assert min(steps) > 15


# How a person without one kind of cone sees a colour: Machado et al., IEEE Trans Vis Comput Graph
# 2009;15:1291, severity 1.0.
BLIND = {
    "red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216)),
    "green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413)),
    "blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602)),
}
THIRD = {
    "red": (-0.003882, -0.048116, 1.051998),
    "green": (-0.011820, 0.042940, 0.968881),
    "blue": (0.004733, 0.691367, 0.303900),
}


def lab(rgb):
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        max(sum(a * b for a, b in zip(row, rgb, strict=True)) / full, 1e-6) ** (1 / 3)
        for row, full in zip(rows, white, strict=True)
    )
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


@pytest.mark.parametrize("blind", sorted(BLIND))
def test_the_classes_can_be_told_apart_by_the_colour_blind(blind):
    matrix = (*BLIND[blind], THIRD[blind])
    seen = []
    for colour in CLASS_COLOURS:
        full = linear(colour)
        seen.append(
            lab([max(sum(a * b for a, b in zip(r, full, strict=True)), 0.0) for r in matrix])
        )
    apart = [
        sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
        for number, one in enumerate(seen)
        for other in seen[:number]
    ]
    assert min(apart) > 30
