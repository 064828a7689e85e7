"""Enhanced (multi-frame) CT objects are read like a series of single images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from cto_cds.dicom.series import read_series
from cto_cds.errors import StudyError

SHARED = (
    "PlaneOrientationSequence",
    "PixelMeasuresSequence",
    "PixelValueTransformationSequence",
    "CTXRayDetailsSequence",
    "CTReconstructionSequence",
)


def refusal(folder, **choice: str) -> str:
    with pytest.raises(StudyError) as caught:
        read_series(folder, **choice)
    assert all(problem.found and problem.mend for problem in caught.value.problems)
    return str(caught.value)


@pytest.mark.parametrize("shared", [(), SHARED], ids=["each frame", "shared"])
def test_an_enhanced_object_gives_the_same_volume_as_single_images(make, tmp_path, shared):
    images = make.datasets(SeriesDescription="CTA 75%", ContrastBolusAgent="Iodine")
    make.save(make.enhanced(images, shared), tmp_path / "enhanced" / "all.dcm")
    single = read_series(make.write(tmp_path / "single", images))
    multi = read_series(tmp_path / "enhanced")
    np.testing.assert_array_equal(multi.hu, single.hu)
    np.testing.assert_array_equal(multi.affine_lps_mm, single.affine_lps_mm)
    assert replace(multi.info, images=None) == replace(single.info, images=None)


def test_the_images_of_a_volume_are_named_in_the_order_of_its_slices(make, tmp_path):
    images = make.datasets()
    made = make.enhanced(images, SHARED)
    single = read_series(make.write(tmp_path / "single", images)).info.images
    multi = read_series(make.save(made, tmp_path / "all.dcm")).info.images
    places = {image.SOPInstanceUID: image.ImagePositionPatient[2] for image in images}
    heights = [places[uid] for uid in single.sop_uids]
    assert heights in (sorted(heights), sorted(heights, reverse=True))
    assert single.sop_class_uid == images[0].SOPClassUID
    assert single.frame_of_reference_uid == images[0].FrameOfReferenceUID
    assert set(multi.sop_uids) == {made.SOPInstanceUID}


def test_a_single_file_may_be_given_in_place_of_a_folder(make, tmp_path):
    path = make.save(make.enhanced(make.datasets(), SHARED), tmp_path / "all.dcm")
    np.testing.assert_array_equal(read_series(path).hu, make.pattern_hu())


def test_frames_are_ordered_by_their_places(make, tmp_path):
    images = make.datasets()[::-1]
    path = make.save(make.enhanced(images, SHARED), tmp_path / "all.dcm")
    np.testing.assert_array_equal(read_series(path).hu, make.pattern_hu())


@pytest.mark.parametrize(
    "syntax",
    [
        ExplicitVRLittleEndian,
        DeflatedExplicitVRLittleEndian,
        RLELossless,
        JPEGLSLossless,
        JPEG2000Lossless,
    ],
    ids=lambda uid: uid.name,
)
def test_compressed_frames_give_the_same_numbers(make, tmp_path, syntax):
    data = make.enhanced(make.datasets(), SHARED)
    make.transcode(data, syntax)
    path = make.save(data, tmp_path / "all.dcm")
    np.testing.assert_array_equal(read_series(path).hu, make.pattern_hu())


def test_a_series_in_several_enhanced_objects_is_one_volume(make, tmp_path):
    images = make.datasets()
    make.save(make.enhanced(images[:3], SHARED), tmp_path / "a.dcm")
    make.save(make.enhanced(images[3:], SHARED), tmp_path / "b.dcm")
    np.testing.assert_array_equal(read_series(tmp_path).hu, make.pattern_hu())


def two_phases(make):
    early = make.datasets(NominalPercentageOfCardiacPhase=40.0)
    late = make.datasets(make.pattern_hu()[:, ::-1], NominalPercentageOfCardiacPhase=75.0)
    return make.enhanced([image for pair in zip(early, late, strict=True) for image in pair])


def test_two_phases_in_one_object_are_listed_and_one_can_be_chosen(make, tmp_path):
    path = make.save(two_phases(make), tmp_path / "all.dcm")
    told = refusal(path)
    assert "40 % in 8 files (all.dcm frame 1" in told
    assert "75 %" in told
    assert "--phase" in told
    late = read_series(path, phase="75%")
    np.testing.assert_array_equal(late.hu, make.pattern_hu()[:, ::-1])
    assert late.info.cardiac_phase == "75 %"
    assert "Left out: of the series, the cardiac phases 40 %." in late.info.notes


def test_times_after_the_r_wave_tell_phases_apart(make, tmp_path):
    images = [*make.datasets(TriggerTime=300.0), *make.datasets(TriggerTime=600.0)]
    path = make.save(make.enhanced(images), tmp_path / "all.dcm")
    assert "TriggerTime (300.0, 600.0)" in refusal(path)
    assert read_series(path, phase="600 ms").info.cardiac_phase == "600 ms"


def test_a_missing_frame_is_named(make, tmp_path):
    images = make.datasets()
    del images[4]
    told = refusal(make.save(make.enhanced(images), tmp_path / "all.dcm"))
    assert "1 slice missing between all.dcm frame 4" in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"NumberOfFrames": 9}, "NumberOfFrames is 9, and PerFrameFunctionalGroupsSequence has 8"),
        ({"NumberOfFrames": None}, "NumberOfFrames is missing"),
        ({"NumberOfFrames": 2_000_000_000}, "allowed are 1 to 20000"),
        ({"PerFrameFunctionalGroupsSequence": []}, "PerFrameFunctionalGroupsSequence has 0"),
        ({"SharedFunctionalGroupsSequence": []}, "PixelSpacing (two numbers, mm) is missing"),
        ({"Rows": 41}, "the pixel data is cut off"),
    ],
)
def test_an_object_whose_parts_do_not_fit_is_refused(make, tmp_path, changes, words):
    data = make.enhanced(make.datasets(), SHARED)
    make.change(data, **changes)
    assert words in refusal(make.save(data, tmp_path / "all.dcm"))


def test_an_object_that_is_cut_off_is_refused(make, tmp_path):
    path = make.save(make.enhanced(make.datasets(), SHARED), tmp_path / "all.dcm")
    path.write_bytes(path.read_bytes()[:-3000])
    assert "cut off" in refusal(path)
