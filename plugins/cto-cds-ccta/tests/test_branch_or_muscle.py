"""Heart muscle that touches the vessel is never told as a branch without a person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.hookspecs import Request, Seeds

from cto_cds_ccta.measure.branches import Unsure, find_branches
from cto_cds_ccta.phantom.battery import design
from cto_cds_ccta.phantom.memory import volume_of
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.quantify import analysed

NAME = "landing_zone_large_branch"
PART = slice(20, 60)
FAT, MUSCLE, SPOT, CONTRAST, NOISE, BLUR = -85.0, 115.0, 200.0, 300.0, 25.0, 0.7


def test_muscle_beside_weak_contrast_goes_to_a_person_with_its_reason():
    phantom = make_phantom(design(20001))
    seeds = Seeds(phantom.seeds.proximal_lps_mm, phantom.seeds.distal_lps_mm)
    analysis = analysed(Request(volume_of(phantom), seeds=seeds), silent)
    assert not phantom.truth["landing_zone"]["large_branch"]
    assert NAME not in {fact.name for fact in analysis.facts}
    because = next(doubt.because for doubt in analysis.doubts if doubt.name == NAME)
    assert "so weak there that a branch is not told from heart muscle" in because
    near = {fact.name: fact.value for fact in analysis.facts}
    assert near["side_branch_at_proximal_cap"] == "yes"


def touched(vessel, beside, spot=SPOT, spot_mm=2.0):
    """Return the branches of a vessel with tissue at 6 o'clock and a bright spot in it."""
    x, y = np.meshgrid(vessel.axis_mm, vessel.axis_mm, indexing="ij")
    hu = np.full_like(vessel.hu, FAT)
    hu[:, (x < 0) & (np.abs(y) < 2.0)] = beside
    side = (x < 0) & (np.abs(y) < 1.0)
    at = np.abs(vessel.line.arc_mm - vessel.line.arc_mm[40]) < spot_mm / 2
    hu[at[:, None, None] & side] = spot
    painted = replace(vessel, hu=np.where(vessel.inside(), CONTRAST, hu).astype(np.float32))
    return find_branches(painted, PART, CONTRAST, NOISE, BLUR)


@pytest.fixture(scope="module")
def vessel(blunt):
    return analysed(blunt.request, silent).found.vessel


def test_the_same_spot_is_a_branch_in_fat_and_a_question_in_muscle(vessel):
    (in_fat,) = touched(vessel, FAT)
    (in_muscle,) = touched(vessel, MUSCLE)
    assert in_fat.sure
    assert in_muscle.unsure is Unsure.TISSUE


def test_a_branch_as_bright_as_the_vessel_is_one_in_muscle_too(vessel):
    (branch,) = touched(vessel, MUSCLE, spot=CONTRAST)
    assert branch.sure
