"""A mask of the whole vessel gives line and wall, from each kind of file and in its own axes."""

from __future__ import annotations

from dataclasses import replace

import highdicom
import nibabel
import nrrd
import numpy as np
import pydicom
import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Centreline, VesselMask
from pydicom.sr.codedict import codes
from scipy.spatial import cKDTree

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.imports.files import read_labels
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.quantify import analysed

RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def drawn(case):
    """Draw label 2 wherever the vessel is, and label 1 somewhere else."""
    volume = case.request.volume
    index = np.stack(np.indices(volume.hu.shape), axis=-1).reshape(-1, 3)
    points = index @ volume.affine_lps_mm[:3, :3].T + volume.affine_lps_mm[:3, 3]
    away, nearest = cKDTree(case.phantom.line_lps_mm).query(points, distance_upper_bound=4.0)
    radius = np.append(case.phantom.outer_radius_mm, 0.0)[nearest]
    labels = np.where(away <= radius, 2, 0).reshape(volume.hu.shape).astype(np.uint8)
    labels[:2, :2, :2] = 1
    return labels


@pytest.fixture(scope="module")
def labels(blunt):
    return drawn(blunt)


def in_columns_first(labels, affine):
    """Return a mask with the axes that NIfTI and NRRD usually have: column, row, slice."""
    order = affine[:, [2, 1, 0, 3]]
    return np.ascontiguousarray(labels.transpose(2, 1, 0)), order


def write_nifti(path, labels, affine_lps):
    data, affine = in_columns_first(labels, affine_lps)
    nibabel.save(nibabel.Nifti1Image(data, RAS @ affine), path)


def write_nrrd(path, labels, affine_lps, space="left-posterior-superior", **more: object):
    data, affine = in_columns_first(labels, affine_lps)
    placed = {"left-posterior-superior": affine, "right-anterior-superior": RAS @ affine}[space]
    header = {
        "space": space,
        "space directions": placed[:3, :3].T,
        "space origin": placed[:3, 3],
        "encoding": "gzip",
    }
    nrrd.write(str(path), data, header | more)


@pytest.fixture
def files(blunt, labels, tmp_path):
    affine = blunt.request.volume.affine_lps_mm
    write_nifti(tmp_path / "mask.nii", labels, affine)
    write_nifti(tmp_path / "mask.nii.gz", labels, affine)
    write_nrrd(tmp_path / "mask.nrrd", labels, affine)
    write_nrrd(tmp_path / "mask-ras.nrrd", labels, affine, "right-anterior-superior")
    named = {"Segment0_Name": "Aorta", "Segment0_LabelValue": "1"}
    named |= {"Segment1_Name": "RCA wall", "Segment1_LabelValue": "2"}
    write_nrrd(tmp_path / "mask.seg.nrrd", labels, affine, **named)
    return tmp_path


def seg(case, labels, folder):
    study = write_phantom(case.phantom, folder / "study", silent)
    source = [pydicom.dcmread(path) for path in sorted(study.dicom.iterdir())]
    told = {
        "segmented_property_category": codes.SCT.AnatomicalStructure,
        "segmented_property_type": codes.SCT.Artery,
        "algorithm_type": highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
    }
    segments = [
        highdicom.seg.SegmentDescription(number, name, **told)
        for number, name in ((1, "other"), (2, "RCA wall"))
    ]
    made = highdicom.seg.Segmentation(
        source,
        labels,
        highdicom.seg.SegmentationTypeValues.BINARY,
        segments,
        highdicom.UID(),
        1,
        highdicom.UID(),
        1,
        "maker",
        "model",
        "1",
        "1",
    )
    made.save_as(folder / "seg.dcm")
    return folder / "seg.dcm"


def place_of(grid, label=2):
    index = np.argwhere(grid.labels == label)
    points = index @ grid.affine_lps_mm[:3, :3].T + grid.affine_lps_mm[:3, 3]
    return points[np.lexsort(np.round(points, 3).T)]


def asked(case, path, label="2"):
    mask = VesselMask(path, label)
    return replace(case.request, centreline=None, seeds=case.phantom.seeds, mask=mask)


def refusal(request):
    with pytest.raises(BackendError) as caught:
        CctaBackend().measure(request, silent)
    (problem,) = caught.value.problems
    assert problem.found
    assert problem.mend
    return problem.found


def test_every_kind_of_file_puts_the_mask_in_the_same_place(blunt, labels, files, tmp_path):
    expected = np.argwhere(labels == 2) @ blunt.request.volume.affine_lps_mm[:3, :3].T
    expected = expected + blunt.request.volume.affine_lps_mm[:3, 3]
    expected = expected[np.lexsort(np.round(expected, 3).T)]
    dicom = seg(blunt, labels, tmp_path)
    for name in ("mask.nii", "mask.nii.gz", "mask.nrrd", "mask-ras.nrrd", "mask.seg.nrrd", dicom):
        np.testing.assert_allclose(place_of(read_labels(files / name)), expected, atol=2e-3)


def test_a_mask_and_seeds_measure_the_occlusion(blunt, files):
    request = asked(blunt, files / "mask.nii.gz")
    found = {fact.name: fact for fact in analysed(request, silent).facts}
    truth = blunt.truth
    assert float(found["occlusion_length"].value) == pytest.approx(
        truth["occlusion_length_mm"], abs=1.0
    )
    assert float(found["max_bend"].value) == pytest.approx(truth["max_bend_deg"], abs=4.0)
    assert float(found["plaque_volume"].value) == pytest.approx(
        blunt.value("plaque_volume"), rel=0.06
    )


def test_a_mask_and_a_bare_line_measure_the_occlusion(blunt, files):
    line = Centreline(blunt.phantom.line_lps_mm[::4], None, "line.csv")
    request = replace(asked(blunt, files / "mask.nrrd"), centreline=line, seeds=None)
    found = {fact.name: fact for fact in analysed(request, silent).facts}
    assert float(found["occlusion_length"].value) == pytest.approx(
        blunt.truth["occlusion_length_mm"], abs=1.0
    )


def test_a_label_may_be_named_and_several_are_listed(blunt, files):
    by_name = analysed(asked(blunt, files / "mask.seg.nrrd", "rca wall"), silent)
    by_number = analysed(asked(blunt, files / "mask.seg.nrrd", "2"), silent)
    assert by_name.facts == by_number.facts
    assert "1 Aorta, 2 RCA wall" in refusal(asked(blunt, files / "mask.seg.nrrd", ""))
    assert "and no '7'" in refusal(asked(blunt, files / "mask.nii", "7"))


def test_a_mask_of_the_lumen_ends_at_the_caps_and_says_so(blunt, labels, tmp_path):
    volume = blunt.request.volume
    lumen = np.where(volume.hu > 200, labels, 0).astype(np.uint8)
    entry = blunt.phantom.design.entry_mm
    occluded = blunt.phantom.line_lps_mm[round(entry / 0.25) : round((entry + 14) / 0.25)]
    index = np.stack(np.indices(volume.hu.shape), axis=-1).reshape(-1, 3)
    points = index @ volume.affine_lps_mm[:3, :3].T + volume.affine_lps_mm[:3, 3]
    away, _ = cKDTree(occluded).query(points, distance_upper_bound=4.0)
    lumen[(away < 4.0).reshape(lumen.shape)] = 0
    write_nifti(tmp_path / "lumen.nii", lumen, volume.affine_lps_mm)
    request = asked(blunt, tmp_path / "lumen.nii")
    assert "holds nothing within 2 mm" in refusal(request), "a waypoint lies in the occlusion"
    request = replace(request, seeds=replace(request.seeds, waypoints_lps_mm=()))
    assert "is interrupted" in refusal(request)


def test_a_mask_with_its_axes_turned_around_does_not_lie_there(blunt, labels, tmp_path):
    volume = blunt.request.volume
    away = volume.affine_lps_mm.copy()
    away[:3, 3] += 400.0
    write_nifti(tmp_path / "away.nii", labels, away)
    assert "does not lie where" in refusal(asked(blunt, tmp_path / "away.nii"))
    beside = volume.affine_lps_mm.copy()
    beside[:3, 3] += 9.0
    write_nifti(tmp_path / "beside.nii", labels, beside)
    assert "holds nothing within 2 mm" in refusal(asked(blunt, tmp_path / "beside.nii"))


def test_a_mask_needs_something_that_says_which_vessel(blunt, files):
    request = replace(asked(blunt, files / "mask.nii"), seeds=None)
    assert "marks no vessel" in refusal(request)


def test_a_line_with_radii_and_a_mask_contradict_each_other(blunt, files):
    request = replace(blunt.request, mask=VesselMask(files / "mask.nii", "2"))
    assert "the mask gives them too" in refusal(request)


def write_text(path):
    path.write_text("hello")


def unplaced(path):
    image = nibabel.Nifti1Image(np.ones((4, 4, 4), np.uint8), None)
    image.header["sform_code"] = image.header["qform_code"] = 0
    nibabel.save(image, path)


def fractions(path):
    nibabel.save(nibabel.Nifti1Image(np.full((4, 4, 4), 0.5, np.float32), np.eye(4)), path)


def many_axes(path):
    nibabel.save(nibabel.Nifti1Image(np.ones((4, 4, 4, 2), np.uint8), np.eye(4)), path)


def unknown_space(path):
    nrrd.write(str(path), np.ones((4, 4, 4), np.uint8), {"space": "scanner-xyz"})


def sheared(path):
    directions = [[1.0, 0.0, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]]
    told = {"space": "LPS", "space directions": directions, "space origin": [0, 0, 0]}
    nrrd.write(str(path), np.ones((4, 4, 4), np.uint8), told)


def elsewhere(path):
    head = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 4 4\nspace: LPS\nencoding: raw\n"
    path.write_text(head + "data file: ../../secret.raw\n\n")


def bomb(path):
    told = {"space": "LPS", "space directions": np.eye(3), "space origin": [0, 0, 0]}
    nrrd.write(str(path), np.zeros((400, 400, 400), np.uint8), told | {"encoding": "gzip"})
    path.write_bytes(path.read_bytes().replace(b"sizes: 400 400 400", b"sizes: 4 4 4"))


def huge(path):
    head = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 99999 99999 99999\nspace: LPS\n"
    path.write_text(head + "encoding: raw\n\n")


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("a.nii", write_text, "cannot be used as a mask"),
        ("a.nii.gz", write_text, "cannot be used as a mask"),
        ("a.nrrd", write_text, "cannot be used as a mask"),
        ("a.dcm", write_text, "cannot be used as a mask"),
        ("a.nii", unplaced, "does not say where it lies"),
        ("a.nii", fractions, "are not whole numbers"),
        ("a.nii", many_axes, "has 4 axes"),
        ("a.nrrd", unknown_space, "is not LPS, RAS or LAS"),
        ("a.nrrd", sheared, "not at right angles"),
        ("a.nrrd", elsewhere, "in another file"),
        ("a.nrrd", bomb, "unpacks to more than its size says"),
        ("a.nrrd", huge, "99999 x 99999 x 99999 voxels"),
        ("none.nii", lambda path: None, "there is no such file"),  # noqa: ARG005 - nothing is written
    ],
)
def test_a_file_that_is_no_mask_is_refused(blunt, tmp_path, name, write, words):
    write(tmp_path / name)
    assert words in refusal(asked(blunt, tmp_path / name))


def test_a_ct_image_is_no_segmentation(blunt, tmp_path):
    study = write_phantom(blunt.phantom, tmp_path / "study", silent)
    image = min(study.dicom.iterdir())
    assert "cannot be used as a mask" in refusal(asked(blunt, image))
