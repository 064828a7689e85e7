"""The command, with studies and marks as other programs write them."""

from __future__ import annotations

import json
import zipfile

import highdicom
import numpy as np
import pydicom
import pytest
from cto_cds.dicom.centreline import read_centreline
from cto_cds.dicom.series import read_series
from cto_cds.hookspecs import Centreline, Request

from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.quantify import analysed


@pytest.fixture(scope="module")
def study(blunt, tmp_path_factory):
    return write_phantom(blunt.phantom, tmp_path_factory.mktemp("study"), silent)


@pytest.fixture
def quantify(command):
    def run(*words: object, status: int = 0) -> tuple[str, str]:
        ended, printed, errors = command("quantify", *words)
        assert ended == status, errors
        return printed, errors

    return run


def markups(path, seeds, system):
    sign = {"LPS": (1, 1, 1), "RAS": (-1, -1, 1)}[system]
    points = [seeds.proximal_lps_mm, *seeds.waypoints_lps_mm, seeds.distal_lps_mm]
    controls = [
        {"label": f"F-{k}", "position": (np.array(point) * sign).tolist()}
        for k, point in enumerate(points)
    ]
    node = {"type": "Fiducial", "coordinateSystem": system, "controlPoints": controls}
    path.write_text(json.dumps({"markups": [node]}))
    return path


def zipped(folder, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"study/{file.name}")
    return path


def test_a_zip_file_and_points_of_slicer_measure_exactly_like_a_folder_and_seeds(
    blunt, study, quantify, tmp_path
):
    own = json.loads(quantify(study.dicom, "--seeds", study.seeds, "--json")[0])
    archive = zipped(study.dicom, tmp_path / "study.zip")
    for system in ("LPS", "RAS"):
        points = markups(tmp_path / f"{system}.mrk.json", blunt.phantom.seeds, system)
        other = json.loads(quantify(archive, "--seeds", points, "--json")[0])
        assert other["ccta"].keys() == own["ccta"].keys()
        for name, fact in own["ccta"].items():
            assert other["ccta"][name]["value"] == fact["value"], name


def test_an_enhanced_object_that_another_library_made_is_the_same_volume(study, tmp_path):
    images = [pydicom.dcmread(path) for path in sorted(study.dicom.iterdir())]
    enhanced = highdicom.legacy.LegacyConvertedEnhancedCTImage(
        images, highdicom.UID(), 2, highdicom.UID(), 1
    )
    enhanced.save_as(tmp_path / "enhanced.dcm")
    single, multi = read_series(study.dicom), read_series(tmp_path / "enhanced.dcm")
    np.testing.assert_array_equal(multi.hu, single.hu)
    np.testing.assert_allclose(multi.affine_lps_mm, single.affine_lps_mm, atol=1e-9)
    assert multi.info.tube_voltage_kv == single.info.tube_voltage_kv
    assert multi.info.kernel == single.info.kernel
    assert multi.info.contrast_agent == single.info.contrast_agent


def test_points_in_the_wrong_coordinates_are_refused_and_nothing_is_written(
    blunt, study, quantify, tmp_path
):
    points = markups(tmp_path / "F.mrk.json", blunt.phantom.seeds, "RAS")
    points.write_text(points.read_text().replace('"RAS"', '"LPS"'))
    out = tmp_path / "measured"
    printed, errors = quantify(study.dicom, "--seeds", points, "--out", out, "--json", status=1)
    assert "Slicer shows RAS" in errors
    assert json.loads(printed).keys() == {"problems"}
    assert not out.exists()


def test_bend_and_arc_keep_a_tenth_of_a_degree_since_scores_ask_for_more_than_45(study, quantify):
    told = json.loads(quantify(study.dicom, "--centreline", study.centreline, "--json")[0])["ccta"]
    line = Centreline(*read_centreline(study.centreline), "centreline.csv")
    found = analysed(Request(read_series(study.dicom), line), silent).found
    for name, degrees in (
        ("max_bend", found.bend.angle_deg),
        ("calcium_arc", found.calcium.max_arc_deg),
    ):
        number, unit = told[name]["value"].split()
        assert unit == "deg"
        assert float(number) == pytest.approx(degrees, abs=0.0501)
