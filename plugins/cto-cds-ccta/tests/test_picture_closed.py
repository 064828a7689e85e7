"""Purple is drawn where contrast was found to be missing, and nowhere else."""

from __future__ import annotations

import io
from copy import deepcopy

import numpy as np
import pytest
from drawn import words_on
from PIL import Image

from cto_cds_ccta.edits import document_of, edits_from
from cto_cds_ccta.figure.canvas import png
from cto_cds_ccta.figure.curved import curved_canvas
from cto_cds_ccta.figure.lumen import open_lumen
from cto_cds_ccta.figure.overview import overview_canvas
from cto_cds_ccta.figure.palette import OCCLUDED_COLOUR
from cto_cds_ccta.figure.path import path_canvas
from cto_cds_ccta.figure.quality import quality_canvas
from cto_cds_ccta.figure.scene import scene_of
from cto_cds_ccta.figure.sections import sections_canvas
from cto_cds_ccta.figure.unrolled import unrolled_canvas
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysis_of

PICTURES = {
    "vessel": overview_canvas,
    "sections": sections_canvas,
    "calcium": unrolled_canvas,
    "path": path_canvas,
    "quality": quality_canvas,
}


@pytest.fixture
def in_stent(gallery):
    study = gallery("in-stent")
    return study.scene, study.views


def purple_pixels(canvas) -> int:
    image = Image.open(io.BytesIO(png(canvas))).convert("RGB")
    wanted = [int(OCCLUDED_COLOUR[at : at + 2], 16) for at in (1, 3, 5)]
    return int((np.abs(np.asarray(image).astype(int) - wanted).max(axis=2) < 12).sum())


@pytest.mark.parametrize("name", [*PICTURES, "curved"])
def test_what_a_stent_hides_is_striped_and_not_purple(name, in_stent):
    scene, views = in_stent
    canvas = curved_canvas(scene, views) if name == "curved" else PICTURES[name](scene)
    assert purple_pixels(canvas) == 0
    assert "Purple" not in words_on(canvas)
    assert "Striped" in words_on(canvas)


def test_only_what_a_person_closed_in_a_stent_is_purple_and_the_rest_stays_striped(in_stent):
    scene, _ = in_stent
    marked, found = scene.analysis.marked, scene.found
    own = document_of(found, "test")
    document = deepcopy(own)
    document["caps_mm"]["P"] += 3.0
    document["caps_mm"]["D"] -= 3.0
    edits = edits_from(document, own, float(marked.vessel.line.arc_mm[-1]))
    placed = scene_of(analysis_of(marked, silent, edits))
    first, last = placed.found.proximal.at_mm, placed.found.distal.at_mm
    assert placed.occluded_mm == ((first, last),)
    (start, until), (since, end) = placed.hidden_mm
    assert (until, since) == (first, last)
    assert start == pytest.approx(found.proximal.at_mm, abs=0.1)
    assert end == pytest.approx(found.distal.at_mm, abs=0.1)
    assert placed.others == ()


def test_the_lumen_before_what_a_stent_hides_is_not_drawn_as_closed(in_stent):
    scene, _ = in_stent
    before, behind = open_lumen(scene)
    assert before.hidden[-1]
    assert behind.hidden[0]
    assert "calcium" not in words_on(overview_canvas(scene))
    assert np.nanmin(before.area_mm2) > 0.5 * np.nanmedian(before.area_mm2)
    assert np.nanmin(behind.area_mm2) > 0.5 * np.nanmedian(behind.area_mm2)


def test_contrast_that_a_moved_cap_took_in_is_not_purple(edited, review):
    at = review.document["caps_mm"]["D"]
    scene = edited(review, lambda document: document["caps_mm"].update(D=at + 1.5)).scene
    returned = scene.found.main_gap_mm[1]
    assert scene.found.distal.at_mm - returned > 0.5
    ((start, end),) = scene.occluded_mm
    assert start == scene.found.proximal.at_mm
    assert end == pytest.approx(returned, abs=0.1)
    assert any(lumen.arc_mm[0] < scene.found.distal.at_mm - 0.4 for lumen in open_lumen(scene)[1:])


def test_without_an_edit_the_bar_goes_from_cap_to_cap(edited, review):
    scene = edited(review).scene
    assert scene.occluded_mm == ((scene.found.proximal.at_mm, scene.found.distal.at_mm),)
    assert scene.hidden_mm == ()
    assert "Striped" not in words_on(overview_canvas(scene))
