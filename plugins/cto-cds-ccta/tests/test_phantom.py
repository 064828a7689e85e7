"""The phantoms are what they say they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from cto_cds.dicom.centreline import read_centreline
from cto_cds.dicom.series import read_series

from cto_cds_ccta.phantom.course import course
from cto_cds_ccta.phantom.kernel import FAT_HU
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.practice import PRACTICE


@pytest.fixture(scope="module")
def files(blunt, tmp_path_factory):
    return write_phantom(blunt.phantom, tmp_path_factory.mktemp("phantom"), silent)


def test_the_drawn_volume_is_the_volume_of_the_design(case):
    drawn = case.phantom.image.material_mm3.sum()
    assert drawn == pytest.approx(case.truth["vessel_volume_mm3"], rel=0.01)


def test_a_straight_bend_of_the_design_is_the_bend_of_the_line(blunt_design):
    flat = replace(blunt_design, heart_radius_mm=1e9, bends=(blunt_design.bends[0],))
    line = course(flat)
    turn = np.degrees(np.arccos(line.frame[0, 0] @ line.frame[-1, 0]))
    assert turn == pytest.approx(blunt_design.bends[0].angle_deg, abs=4.0)


def test_the_frame_stays_orthonormal(blunt_design):
    frame = course(blunt_design).frame
    assert np.allclose(frame @ frame.transpose(0, 2, 1), np.eye(3), atol=1e-6)


def test_the_noise_in_fat_is_as_strong_as_designed(blunt):
    darker = blunt.phantom.image.hu[blunt.phantom.image.hu < FAT_HU].astype(float) - FAT_HU
    noise = np.sqrt(np.mean(darker**2))
    assert noise == pytest.approx(blunt.phantom.design.noise_hu, rel=0.05)


def test_the_core_reads_back_what_was_written(blunt, files):
    volume = read_series(files.dicom)
    assert np.array_equal(volume.hu, blunt.phantom.image.hu)
    assert np.allclose(volume.affine_lps_mm, blunt.phantom.image.affine_lps_mm, atol=2e-3)
    points, radius = read_centreline(files.centreline)
    assert np.allclose(points, blunt.phantom.line_lps_mm, atol=1e-3)
    assert np.allclose(radius, blunt.phantom.outer_radius_mm, atol=1e-3)


def test_a_header_tells_that_the_study_is_synthetic(files):
    header = pydicom.dcmread(next(files.dicom.iterdir()), stop_before_pixels=True)
    assert str(header.PatientName) == "SYNTHETIC^PHANTOM"
    assert "SYNTHETIC" in header.SeriesDescription


def test_the_same_phantom_gives_the_same_bytes(blunt, files, tmp_path):
    again = write_phantom(blunt.phantom, tmp_path, silent)
    for one, two in zip(sorted(files.dicom.iterdir()), sorted(again.dicom.iterdir()), strict=True):
        assert one.read_bytes() == two.read_bytes()
    assert files.truth.read_bytes() == again.truth.read_bytes()


def test_the_truth_has_the_keys_of_the_practice_studies(files):
    truth = json.loads(files.truth.read_text(encoding="utf-8"))
    assert {"proximal_cap_lps", "apparent_percent", "stump"} <= set(truth["occlusions"][0])


def test_the_files_keep_the_rules_of_dicom(files):
    program = shutil.which("dciodvfy")
    assert program, "dciodvfy is missing; tools/check-machine.sh installs it"
    for path in sorted(files.dicom.iterdir())[:3]:
        told = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        assert "CTImage" in told.stdout + told.stderr
        assert "Error" not in told.stdout + told.stderr


def test_every_practice_study_has_a_design():
    for study in PRACTICE:
        assert study.design().name == study.name
        assert study.description
