"""The plaque classes go back onto the images as a DICOM segmentation."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from cto_cds.dicom.series import read_series

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.phantom.write import write_phantom


@pytest.fixture(scope="module")
def study(blunt, tmp_path_factory):
    return write_phantom(blunt.phantom, tmp_path_factory.mktemp("study"), silent)


@pytest.fixture(scope="module")
def request_(blunt, study):
    return replace(blunt.request, volume=read_series(study.dicom))


@pytest.fixture(scope="module")
def reviewed(request_):
    return CctaBackend().review(request_, silent)


@pytest.fixture(scope="module")
def measured(reviewed):
    return reviewed.measurements


def classes_in(measured):
    return [file.content for file in measured.files if file.name == "classes.dcm"]


@pytest.fixture(scope="module")
def written(measured, tmp_path_factory):
    path = tmp_path_factory.mktemp("seg") / "classes.dcm"
    (content,) = classes_in(measured)
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def segmented(written):
    return highdicom.seg.segread(written)


def test_each_class_fills_about_the_volume_of_its_fact(segmented, measured):
    volume = segmented.get_volume(combine_segments=True)
    voxel_mm3 = float(np.prod(volume.spacing))
    facts = {fact.name: fact for fact in measured.facts}
    for number, name in enumerate(CLASSES, start=1):
        fact = facts[f"{name}_volume"]
        held = voxel_mm3 * int((volume.array == number).sum())
        assert held == pytest.approx(float(fact.value), abs=max(2 * float(fact.sd), 6.0)), name


def test_the_classes_lie_where_the_occlusion_was_drawn(segmented, blunt):
    volume = segmented.get_volume(combine_segments=True)
    index = np.argwhere(volume.array > 0)
    points = volume.map_indices_to_reference(index)
    line = blunt.phantom.line_lps_mm
    away = np.linalg.norm(points[:, None] - line[None], axis=2)
    nearest = away.argmin(axis=1)
    first, last = blunt.truth["proximal_cap_lps"], blunt.truth["distal_cap_lps"]
    ends = [int(np.linalg.norm(line - np.array(cap), axis=1).argmin()) for cap in (first, last)]
    assert nearest.min() == pytest.approx(ends[0], abs=4)
    assert nearest.max() == pytest.approx(ends[1], abs=4)
    assert (away.min(axis=1) < blunt.phantom.outer_radius_mm[nearest] + 0.5).all()


def test_it_names_the_images_but_not_the_patient(segmented, study):
    images = {pydicom.dcmread(path).SOPInstanceUID for path in study.dicom.iterdir()}
    series = segmented.ReferencedSeriesSequence[0]
    named = {item.ReferencedSOPInstanceUID for item in series.ReferencedInstanceSequence}
    assert named <= images
    assert len(named) > 10
    one = pydicom.dcmread(next(study.dicom.iterdir()))
    assert segmented.StudyInstanceUID == one.StudyInstanceUID
    assert segmented.FrameOfReferenceUID == one.FrameOfReferenceUID
    assert not segmented.PatientName
    assert not segmented.PatientID


def test_the_file_keeps_the_rules_of_dicom(written):
    program = shutil.which("dciodvfy")
    assert program, "dciodvfy is missing; tools/check-machine.sh installs it"
    told = subprocess.run([program, str(written)], capture_output=True, text=True, check=False)
    assert "Segmentation" in told.stdout + told.stderr
    assert "Error" not in told.stdout + told.stderr


def test_a_second_run_without_an_edit_writes_the_same_bytes(reviewed):
    document = json.loads(json.dumps(dict(reviewed.document)))
    again = CctaBackend().again(reviewed.state, document, silent)
    assert again.files == reviewed.measurements.files
    document["caps_mm"]["D"] -= 1.0
    moved = CctaBackend().again(reviewed.state, document, silent)
    assert classes_in(moved) != classes_in(reviewed.measurements)


def test_what_needs_review_is_not_drawn_and_nothing_is_drawn_without_images(reviewed, blunt):
    document = json.loads(json.dumps(dict(reviewed.document)))
    document["caps_mm"]["P"] -= 2.0
    moved = CctaBackend().again(reviewed.state, document, silent)
    assert "fibrous_pav" in {doubt.name for doubt in moved.doubts}
    assert classes_in(moved) == []
    assert classes_in(blunt.measured) == []
