"""Folders and series that do not become a volume, and what the user is told."""

from __future__ import annotations

import numpy as np
import pytest
from dicom.refusing import has, refusal

# the folder


def test_a_folder_that_does_not_exist(tmp_path):
    has(refusal(tmp_path / "none"), "none", "no such folder", "Give the folder")


def test_a_file_that_is_no_dicom_file(tmp_path):
    (tmp_path / "ct.txt").write_text("x")
    has(refusal(tmp_path / "ct.txt"), "no DICOM files, only 1 other file: ct.txt")


def test_an_empty_folder(tmp_path):
    has(refusal(tmp_path), str(tmp_path), "the folder is empty", "DICOM files of one CT series")


def test_a_folder_of_text_files(tmp_path):
    for k in range(5):
        (tmp_path / f"{k}.txt").write_text("text")
    has(refusal(tmp_path), "no DICOM files", "5 other files: 0.txt, 1.txt, 2.txt and 2 more")


def test_another_modality_is_named(make, tmp_path):
    make.write(tmp_path, make.datasets(Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4"))
    has(refusal(tmp_path), "no CT images", "MR", "Give the folder of a CT series")


def test_secondary_captures_of_ct_are_no_ct_images(make, tmp_path):
    make.write(tmp_path, make.datasets(SOPClassUID="1.2.840.10008.5.1.4.1.1.7"))
    has(refusal(tmp_path), "no CT images", "secondary captures")


def test_two_series_are_listed_and_none_is_chosen(make, tmp_path):
    make.write(tmp_path / "a", make.datasets(SeriesInstanceUID="1.2.3", SeriesDescription="40%"))
    make.write(tmp_path / "b", make.datasets(SeriesInstanceUID="1.2.4", SeriesDescription="75%"))
    has(
        refusal(tmp_path),
        "holds 2 CT series",
        "1.2.3 '40%' (8 images, CT, slices 0.6 mm, kernel Bv40, cardiac phase 40 %, "
        "contrast agent not said, kV 100)",
        "1.2.4 '75%'",
        "--series 1.2.3",
    )


def test_an_asked_series_that_is_not_there(make, tmp_path):
    make.write(tmp_path, make.datasets())
    has(refusal(tmp_path, series_uid="9.9"), "no series 9.9", make.SERIES, "Give --series")


def test_an_asked_series_of_another_modality(make, tmp_path):
    make.write(tmp_path, make.datasets(Modality="MR"))
    has(refusal(tmp_path, series_uid=make.SERIES), "no CT images", "MR")


@pytest.mark.parametrize("slices", [1, 2])
def test_too_few_slices(make, tmp_path, slices):
    make.write(tmp_path, make.datasets()[:slices])
    has(refusal(tmp_path), f"only {slices} CT image", "at least 3 slices")


def test_a_series_of_scouts_only(make, tmp_path):
    make.write(tmp_path, make.datasets(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]))
    has(refusal(tmp_path), "8 scout (localizer)")


# the stack


def test_a_missing_slice_is_named_with_its_place(make, tmp_path):
    images = make.datasets()
    del images[3]
    has(
        refusal(make.write(tmp_path, images)),
        "1 slice missing between ct02.dcm at 31 mm",
        "and ct03.dcm at 32 mm",
        "1 mm apart, elsewhere 0.5 mm",
        "Export the whole series again",
    )


def test_every_gap_is_told_with_how_many_slices_are_missing(make, tmp_path):
    images = make.datasets(make.pattern_hu(20))
    del images[12:15], images[4]
    message = refusal(make.write(tmp_path, images))
    has(message, "1 slice missing", "3 slices missing")


def test_a_slice_that_is_there_twice(make, tmp_path):
    images = make.datasets()
    make.write(tmp_path, images)
    make.save(images[2], tmp_path / "copy.dcm")
    has(
        refusal(tmp_path),
        "1 of 8 places hold more than one image",
        "31 mm",
        "copy.dcm, ct02.dcm",
        "copies of one image",
        "Remove the copies",
    )


def test_two_phases_that_only_the_trigger_time_tells_apart(make, tmp_path):
    make.write(tmp_path / "a", make.datasets(TriggerTime=300.0))
    make.write(tmp_path / "b", make.datasets(TriggerTime=600.0))
    has(refusal(tmp_path), "8 of 8 places", "TriggerTime (300.0, 600.0)", "export one phase")


def test_two_phases_that_lie_between_each_other(make, tmp_path):
    images = make.datasets()
    for k, image in enumerate(images):
        image.TriggerTime = 300.0 + 400.0 * (k % 2)
    has(
        refusal(make.write(tmp_path, images)),
        "2 cardiac phases lie between each other",
        "TriggerTime 300 ms, 700 ms",
        "one cardiac phase",
    )


def test_two_acquisitions_that_lie_between_each_other(make, tmp_path):
    images = make.datasets()
    for k, image in enumerate(images):
        image.AcquisitionNumber = 1 + k % 2
    has(refusal(make.write(tmp_path, images)), "2 acquisitions lie between", "one acquisition")


def test_positions_that_are_not_evenly_spaced(make, tmp_path):
    images = make.datasets()
    images[3].ImagePositionPatient[2] = 31.5 + 0.05
    has(
        refusal(make.write(tmp_path, images)),
        "not equal: 0.45 mm to 0.55 mm",
        "ct03.dcm",
        "allowed is 0.01 mm",
    )


def test_a_slow_change_of_spacing_adds_up_and_is_refused(make, tmp_path):
    images = make.datasets(make.pattern_hu(60), spacing_mm=0.5)
    for k, image in enumerate(images):
        image.ImagePositionPatient[2] = round(0.5 * k + 0.004 * max(k - 30, 0), 6)
    has(refusal(make.write(tmp_path, images)), "distances between slices are not equal")


def test_a_tilted_gantry(make, tmp_path):
    images = make.datasets()
    for k, image in enumerate(images):
        image.ImagePositionPatient[1] = round(-20.0 + k * 0.5 * np.tan(np.radians(10.0)), 9)
    has(refusal(make.write(tmp_path, images)), "10.00 degrees", "gantry tilt", "right angle")


def test_one_slice_shifted_sideways(make, tmp_path):
    images = make.datasets()
    images[4].ImagePositionPatient[0] = 12.0
    has(refusal(make.write(tmp_path, images)), "ct04.dcm", "2 mm beside the other slices")


# mixtures


def test_a_scout_inside_the_series(make, tmp_path):
    make.write(tmp_path, make.datasets())
    make.write(tmp_path, make.datasets(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])[:1], "top")
    has(refusal(tmp_path), "top00.dcm: is a scout (localizer) inside the series", "Move this file")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"NominalPercentageOfCardiacPhase": 40.0}, ["2 cardiac phases", "40 % in 4 files"]),
        ({"SeriesDescription": "Coro 40%"}, ["2 cardiac phases", "not said in 4 files"]),
        ({"ImageOrientationPatient": [0, 1, 0, -1, 0, 0]}, ["2 orientations"]),
        ({"PixelSpacing": [0.5, 0.5]}, ["2 pixel spacings", "0.4, 0.3 mm", "0.5, 0.5 mm"]),
        ({"RescaleSlope": 2}, ["2 rescale rules", "2, -1024 (slope, intercept)"]),
        ({"RescaleIntercept": 0}, ["2 rescale rules", "1, 0 (slope, intercept)"]),
        ({"KVP": 120}, ["2 tube voltages", "100 kV in 4 files", "120 kV"]),
        ({"KVP": None}, ["2 tube voltages", "not said"]),
        ({"ConvolutionKernel": "Br64"}, ["2 kernels", "Bv40 in 4 files (ct00.dcm", "Br64"]),
        ({"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, ["2 kinds of image", "SECONDARY/MPR"]),
        ({"TemporalPositionIndex": 2}, ["2 temporal positions"]),
        ({"SliceThickness": 3.0}, ["2 slice thicknesses", "0.6 mm", "3 mm"]),
        ({"FrameOfReferenceUID": "1.2"}, ["2 frames of reference"]),
        ({"StudyInstanceUID": "1.2"}, ["2 studies"]),
        ({"PatientID": "second"}, ["2 patients", "never measure a mixture"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_mixture_is_listed_with_files_and_values(make, tmp_path, changes, words):
    images = make.datasets()
    for image in images[4:]:
        make.change(image, **changes)
    message = refusal(make.write(tmp_path, images))
    has(message, "the series mixes", "ct04.dcm", *words)
    assert "second" not in message, "who the patient is must not be shown"


def test_images_of_two_sizes(make, tmp_path):
    images = make.datasets()[:5] + make.datasets(make.pattern_hu(8, 20, 24))[5:]
    has(refusal(make.write(tmp_path, images)), "2 image sizes", "40 x 48 voxels", "20 x 24 voxels")


def test_all_reasons_are_told_at_once(make, tmp_path):
    images = make.datasets()
    images[0].KVP = 80
    images[1].RescaleType = "US"
    images[2].PhotometricInterpretation = "MONOCHROME1"
    make.write(tmp_path, make.datasets(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])[:1], "top")
    has(
        refusal(make.write(tmp_path, images)),
        "2 tube voltages",
        "RescaleType is US",
        "MONOCHROME1",
        "scout",
    )
