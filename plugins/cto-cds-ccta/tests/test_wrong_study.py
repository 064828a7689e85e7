"""Studies and marks that cannot be measured: one clear answer, status 1, and nothing written."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Request, Seeds
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.parts import Neighbour
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.quantify import analysed
from cto_cds_ccta.scancheck import check_scan


def written(design, folder):
    return write_phantom(make_phantom(design), folder, silent)


@pytest.fixture(scope="module")
def study(blunt, tmp_path_factory):
    return write_phantom(blunt.phantom, tmp_path_factory.mktemp("study"), silent)


@pytest.fixture
def refusal(tmp_path, command):
    """Run the command, which must refuse and write nothing; return what a person reads."""

    def run(dicom, *marks: object) -> str:
        out = tmp_path / "measured"
        status, printed, errors = command(
            "quantify", dicom, *marks, "--out", out, "--review", "--json"
        )
        assert status == 1, errors
        assert json.loads(printed).keys() == {"problems"}
        assert not out.exists()
        return errors

    return run


def seeds_file(path, seeds):
    points = {"proximal": seeds.proximal_lps_mm, "distal": seeds.distal_lps_mm}
    path.write_text(json.dumps({"coordinates": "LPS mm", **points}))
    return path


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("thick-slices", {}, "the voxels are too large for a coronary artery: slices every 2 mm"),
        ("no-contrast", {}, "the scan seems to be without contrast"),
        ("patent", {}, "no occlusion: contrast is there all along"),
    ],
)
def test_a_study_that_cannot_be_measured(refusal, tmp_path, name, changes, words):
    files = written(replace(GALLERY[name], **changes), tmp_path / "study")
    assert words in refusal(files.dicom, "--seeds", files.seeds)


def test_seeds_that_are_swapped(refusal, blunt, study, tmp_path):
    seeds = blunt.phantom.seeds
    swapped = Seeds(seeds.distal_lps_mm, seeds.proximal_lps_mm)
    told = refusal(study.dicom, "--seeds", seeds_file(tmp_path / "seeds.json", swapped))
    assert "the seeds seem to be exchanged" in told
    assert "exchange the proximal and the distal point" in told


def test_seeds_that_lie_outside_and_in_air_are_told_together(refusal, blunt, study, tmp_path):
    seeds = Seeds((900.0, 0.0, 0.0), blunt.phantom.seeds.distal_lps_mm)
    assert "outside the volume" in refusal(
        study.dicom, "--seeds", seeds_file(tmp_path / "seeds.json", seeds)
    )


def test_a_centreline_that_leaves_the_volume(refusal, study, tmp_path):
    rows = study.centreline.read_text().splitlines()
    x, y, z, radius = rows[-1].split(",")
    rows += [f"{x},{y},{float(z) + 5 * k},{radius}" for k in range(1, 40)]
    line = tmp_path / "line.csv"
    line.write_text("\n".join(rows) + "\n")
    told = refusal(study.dicom, "--centreline", line)
    assert "points lie outside the volume, the first at" in told
    assert "LPS" in told


def beside(phantom, at_mm, away_mm):
    """Return the middle of the vein beside a place of the artery."""
    image = phantom.image
    index = np.stack(np.indices(image.hu.shape), axis=-1).reshape(-1, 3)
    points = index @ image.affine_lps_mm[:3, :3].T + image.affine_lps_mm[:3, 3]
    here = phantom.line_lps_mm[int(np.argmin(np.abs(phantom.at_mm - at_mm)))]
    from_artery, _ = cKDTree(phantom.line_lps_mm).query(points)
    from_here = np.linalg.norm(points - here, axis=1)
    near = np.flatnonzero((from_artery > 2.6) & (np.abs(from_here - away_mm) < 1.2))
    smooth = gaussian_filter(image.hu.astype(np.float32), 1.5).ravel()
    return tuple(points[near[smooth[near].argmax()]].tolist())


@pytest.mark.parametrize("wrong", ["proximal", "distal", "both"])
def test_seeds_in_the_vein_beside_the_artery_never_give_numbers(wrong):
    vein = Neighbour("vein", 5.0, 64.0, 1.2, 100.0, 1.2, 260.0)
    design = replace(GALLERY["side-branches"], seed=70, branches=(), neighbours=(vein,))
    phantom = make_phantom(design)
    ends = [phantom.seeds.proximal_lps_mm, phantom.seeds.distal_lps_mm]
    if wrong in {"proximal", "both"}:
        ends[0] = beside(phantom, 8.0, 4.3)
    if wrong in {"distal", "both"}:
        ends[1] = beside(phantom, 60.0, 4.3)
    image = phantom.image
    volume = Volume(image.hu, image.affine_lps_mm, SeriesInfo("1.2.3", "1.2"))
    measured, problems = None, ()
    try:
        measured = analysed(Request(volume, None, Seeds(*ends)), silent)
    except BackendError as refused:
        problems = refused.problems
    if measured is None:
        assert problems
        assert all(problem.found and problem.mend for problem in problems)
    else:
        assert {fact.name for fact in measured.facts} <= {"tube_voltage", "image_quality"}
        because = next(d.because for d in measured.doubts if d.name == "occlusion_length")
        assert "Look at the line" in because


@pytest.mark.parametrize(
    ("slope", "intercept"), [(1.0, 1024.0), (1.0, 524.0), (1.3, 307.0), (2.0, 1024.0)]
)
def test_a_series_whose_rescale_was_altered_is_refused(blunt, slope, intercept):
    right = blunt.request.volume
    altered = np.clip(right.hu * slope + intercept, -32768, 32767).astype(np.int16)
    volume = Volume(altered, right.affine_lps_mm, right.info)
    with pytest.raises(BackendError) as refused:
        CctaBackend().measure(replace(blunt.request, volume=volume), silent)
    (problem,) = refused.value.problems
    assert "no Hounsfield units" in problem.found
    assert "Rescale Intercept" in problem.mend


@pytest.mark.parametrize("kilovolt", [80, 100, 140])
def test_a_right_series_is_not_taken_for_an_altered_one_at_any_voltage(kilovolt):
    design = replace(GALLERY["side-branches"], tube_voltage_kv=kilovolt, noise_hu=40.0)
    image = make_phantom(design).image
    check_scan(Volume(image.hu, image.affine_lps_mm, SeriesInfo("1.2.3", "1.2")))
