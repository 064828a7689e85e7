"""Series that become a volume."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from cto_cds.dicom.series import read_series

UNCOMPRESSED = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
]
COMPRESSED = [RLELossless, JPEGLSLossless, JPEG2000Lossless]


def test_an_axial_series_becomes_a_volume_in_patient_space(make, tmp_path):
    volume = read_series(make.write(tmp_path, make.datasets()))
    np.testing.assert_array_equal(volume.hu, make.pattern_hu())
    assert volume.hu.dtype == np.int16
    expected = [[0, 0, 0.3, 10], [0, 0.4, 0, -20], [0.5, 0, 0, 30], [0, 0, 0, 1]]
    np.testing.assert_allclose(volume.affine_lps_mm, expected, atol=1e-12)
    assert volume.spacing_mm == pytest.approx((0.5, 0.4, 0.3))
    assert volume.info.notes == ()


@pytest.mark.parametrize("odd", ["65536", "70 keV", "20201131", ""])
def test_a_day_that_is_none_is_passed_over(make, tmp_path, odd):
    images = make.datasets()
    for image in images:
        image.add_new("ContentDate", "LO", odd)
        image.AcquisitionDate = "20201130"
    assert read_series(make.write(tmp_path / "dated", images)).info.images.date == "20201130"
    for image in images:
        del image.AcquisitionDate
    assert read_series(make.write(tmp_path / "undated", images)).info.images.date == ""


def test_a_volume_cannot_be_changed(make, tmp_path):
    volume = read_series(make.write(tmp_path, make.datasets()))
    assert not volume.hu.flags.writeable
    assert not volume.affine_lps_mm.flags.writeable


@pytest.mark.parametrize("syntax", [*UNCOMPRESSED, *COMPRESSED], ids=lambda uid: uid.name)
@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_every_transfer_syntax_gives_the_same_numbers(make, tmp_path, syntax, signed):
    hu = make.pattern_hu(4)
    images = make.datasets(hu)
    for image, values in zip(images, hu, strict=True):
        if signed:
            make.change(
                image, PixelRepresentation=1, RescaleIntercept=0, PixelData=values.tobytes()
            )
        make.transcode(image, syntax)
    np.testing.assert_array_equal(read_series(make.write(tmp_path, images)).hu, hu)


@pytest.mark.parametrize("kind", ["JPEGLosslessProcess14_1", "JPEGLosslessProcess14"])
def test_lossless_jpeg_gives_the_same_numbers(make, tmp_path, kind):
    for path in sorted(make.write(tmp_path, make.datasets()).iterdir()):
        make.lossless_jpeg(path, kind)
    volume = read_series(tmp_path)
    np.testing.assert_array_equal(volume.hu, make.pattern_hu())
    assert volume.info.notes == ()


def test_signed_values_with_unused_bits_left_at_zero_are_understood(make, tmp_path):
    hu = make.pattern_hu()
    images = make.datasets(hu)
    for image, values in zip(images, hu, strict=True):
        stored = values.astype(np.int16).view(np.uint16) & 0x0FFF
        make.change(
            image,
            PixelRepresentation=1,
            RescaleIntercept=0,
            PixelData=stored.astype("<u2").tobytes(),
        )
    np.testing.assert_array_equal(read_series(make.write(tmp_path, images)).hu, hu)


def test_a_fractional_rescale_is_applied_and_rounded(make, tmp_path):
    images = make.datasets(RescaleSlope=0.5, RescaleIntercept=-1000.25)
    hu = read_series(make.write(tmp_path, images)).hu
    stored = make.pattern_hu().astype(np.int32) + 1024
    np.testing.assert_array_equal(hu, np.rint(stored * 0.5 - 1000.25))


def test_an_oblique_series_puts_a_known_point_where_it_belongs(make, tmp_path):
    row, column, normal = make.turned_axes()
    hu = make.pattern_hu()
    images = [
        make.slice_dataset(
            image,
            np.array([5.0, 6.0, 7.0]) + k * 0.7 * normal,
            ImageOrientationPatient=[*np.round(row, 12), *np.round(column, 12)],
        )
        for k, image in enumerate(hu)
    ]
    volume = read_series(make.write(tmp_path, images))
    np.testing.assert_array_equal(volume.hu, hu)
    point = volume.affine_lps_mm @ [2, 3, 4, 1]
    expected = np.array([5, 6, 7]) + 2 * 0.7 * normal + 3 * 0.4 * column + 4 * 0.3 * row
    np.testing.assert_allclose(point[:3], expected, atol=1e-6)
    np.testing.assert_allclose(volume.index_of(expected[None]), [[2, 3, 4]], atol=1e-5)


def test_a_series_whose_files_run_from_head_to_foot_is_turned(make, tmp_path):
    volume = read_series(make.write(tmp_path, make.datasets()[::-1]))
    np.testing.assert_array_equal(volume.hu, make.pattern_hu())
    assert volume.affine_lps_mm[2, 3] == 30.0


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_names_and_instance_numbers_never_change_the_volume(make, tmp_path_factory, chance):
    images = make.datasets(make.pattern_hu(5))
    chance.shuffle(images)
    for image in images:
        image.InstanceNumber = chance.randint(0, 3)
    folder = make.write(tmp_path_factory.mktemp("shuffled"), images)
    np.testing.assert_array_equal(read_series(folder).hu, make.pattern_hu(5))


def test_files_may_lie_in_nested_folders(make, tmp_path):
    images = make.datasets()
    make.write(tmp_path / "a", images[:3])
    make.write(tmp_path / "b" / "c", images[3:])
    np.testing.assert_array_equal(read_series(tmp_path).hu, make.pattern_hu())


def test_other_files_are_left_out_and_noted(make, tmp_path):
    make.write(tmp_path, make.datasets())
    (tmp_path / "README.txt").write_text("hello")
    (tmp_path / ".DS_Store").write_bytes(b"\x00\x01")
    (tmp_path / "export.json").write_text("{}")
    directory = make.datasets()[0]
    make.change(directory, SOPClassUID="1.2.840.10008.1.3.10", SeriesInstanceUID=None)
    make.save(directory, tmp_path / "DICOMDIR")
    volume = read_series(tmp_path)
    assert volume.info.notes == (
        "Left out: 3 files that are not DICOM: .DS_Store, README.txt, export.json.",
    )


def test_other_series_without_ct_slices_are_left_out_and_noted(make, tmp_path):
    make.write(tmp_path, make.datasets())
    other = make.datasets(Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33")[0]
    other.SeriesInstanceUID = "1.2.3"
    make.save(other, tmp_path / "report.dcm")
    scout = make.datasets(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])[0]
    scout.SeriesInstanceUID = "1.2.4"
    make.save(scout, tmp_path / "scout.dcm")
    notes = read_series(tmp_path).info.notes
    assert notes == (
        "Left out: the series 1.2.3 (1 image, SR).",
        "Left out: the series 1.2.4 (1 image, CT, scout).",
    )


def test_a_picture_inside_the_series_is_left_out_by_name(make, tmp_path):
    make.write(tmp_path, make.datasets())
    picture = make.datasets(SOPClassUID="1.2.840.10008.5.1.4.1.1.7")[0]
    make.save(picture, tmp_path / "picture.dcm")
    notes = read_series(tmp_path).info.notes
    assert notes == ("Left out: of the series, but no CT image: picture.dcm.",)


def test_one_of_several_series_can_be_asked_for(make, tmp_path):
    make.write(tmp_path / "a", make.datasets())
    hu = make.pattern_hu(5)[:, ::-1]
    make.write(tmp_path / "b", make.datasets(hu, SeriesInstanceUID="1.2.3"))
    np.testing.assert_array_equal(read_series(tmp_path, series_uid="1.2.3").hu, hu)


def test_small_jitter_of_the_positions_is_tolerated_and_noted(make, tmp_path):
    images = make.datasets()
    images[3].ImagePositionPatient[2] = 31.5 + 0.009
    volume = read_series(make.write(tmp_path, images))
    assert volume.spacing_mm[0] == pytest.approx(0.5)
    assert any("0.009 mm off a regular grid" in note for note in volume.info.notes)


def test_slice_thickness_is_not_taken_for_the_distance_between_slices(make, tmp_path):
    volume = read_series(make.write(tmp_path, make.datasets(SliceThickness=5.0)))
    assert volume.spacing_mm[0] == pytest.approx(0.5)
    assert volume.info.slice_thickness_mm == 5.0


@pytest.mark.parametrize(
    ("padding", "stored", "signed"),
    [(-2000, -2000, True), (63536, -2000, True), (0, 0, False)],
    ids=["signed", "written without its sign", "unsigned"],
)
def test_voxels_that_were_not_scanned_become_air(make, tmp_path, padding, stored, signed):
    images = make.datasets()
    for image, values in zip(images, make.pattern_hu(), strict=True):
        raw = values.astype(np.int32) + (0 if signed else 1024)
        raw[0, :4] = stored
        make.change(
            image,
            PixelRepresentation=int(signed),
            RescaleIntercept=0 if signed else -1024,
            PixelData=raw.astype("<i2").tobytes(),
        )
        make.add(image, "PixelPaddingValue", "SS" if padding < 0 else "US", padding)
    volume = read_series(make.write(tmp_path, images))
    expected = make.pattern_hu()
    expected[:, 0, :4] = -1024
    np.testing.assert_array_equal(volume.hu, expected)
    assert any(f"32 voxels hold PixelPaddingValue {padding}" in n for n in volume.info.notes)


def test_a_padding_value_that_tissue_may_have_leaves_the_voxels_alone(make, tmp_path):
    images = make.datasets()
    for image in images:
        make.add(image, "PixelPaddingValue", "US", 1024)
    volume = read_series(make.write(tmp_path, images))
    np.testing.assert_array_equal(volume.hu, make.pattern_hu())
    assert any("were left as they are" in note for note in volume.info.notes)


def test_a_padding_range_becomes_air(make, tmp_path):
    images = make.datasets()
    for image in images:
        make.add(image, "PixelPaddingValue", "US", 0)
        make.add(image, "PixelPaddingRangeLimit", "US", 24)
    hu = make.pattern_hu()
    expected = np.where(hu <= -1000, -1024, hu)
    np.testing.assert_array_equal(read_series(make.write(tmp_path, images)).hu, expected)


def test_acquisitions_that_follow_each_other_are_one_scan(make, tmp_path):
    images = make.datasets()
    for k, image in enumerate(images):
        image.AcquisitionNumber = 1 + k // 4
    notes = read_series(make.write(tmp_path, images)).info.notes
    assert any("joins 2 acquisitions" in note for note in notes)


def test_heartbeats_that_follow_each_other_are_one_phase(make, tmp_path):
    images = make.datasets()
    for k, image in enumerate(images):
        image.TriggerTime = 300.0 + 7.0 * (k // 4)
    assert read_series(make.write(tmp_path, images)).hu.shape[0] == len(images)


def test_a_tube_voltage_that_is_not_stated_is_told(make, tmp_path):
    images = make.datasets()
    for image in images:
        del image.KVP
    info = read_series(make.write(tmp_path, images)).info
    assert info.tube_voltage_kv is None
    assert "The images do not state their tube voltage (KVP)." in info.notes


def test_what_the_headers_say_is_passed_on(make, tmp_path):
    images = make.datasets(
        SeriesDescription="CTA 75 %  ASIR 40%", ContrastBolusAgent="Iodine 350", KVP=120
    )
    info = read_series(make.write(tmp_path, images)).info
    assert info.description == "CTA 75 % ASIR 40%"
    assert (info.tube_voltage_kv, info.kernel, info.slice_thickness_mm) == (120.0, "Bv40", 0.6)
    assert (info.contrast_agent, info.manufacturer) == ("Iodine 350", "Maker Model")
    assert (info.series_uid, info.study_uid) == (make.SERIES, make.STUDY)
    assert info.cardiac_phase == "75 %"
    assert info.notes == ("The cardiac phase 75 % is taken from SeriesDescription.",)


@pytest.mark.parametrize(
    ("changes", "phase", "place"),
    [
        ({"NominalPercentageOfCardiacPhase": 70.0}, "70 %", "NominalPercentageOfCardiacPhase"),
        ({"ImageComments": "phase 37,5%"}, "37.5 %", "ImageComments"),
        ({"SeriesDescription": "Coro 300 ms"}, "300 ms", "SeriesDescription"),
        ({"SeriesDescription": "Coro BestDiast"}, "best diastolic", "SeriesDescription"),
        ({"ProtocolName": "30-40%"}, "40 %", "ProtocolName"),
        ({"TriggerTime": 420.0}, "420 ms", "TriggerTime"),
        ({"SeriesDescription": "Coro ASIR-V 50%"}, "", ""),
        ({}, "", ""),
    ],
)
def test_the_cardiac_phase_is_found_in_several_places(make, tmp_path, changes, phase, place):
    info = read_series(make.write(tmp_path, make.datasets(**changes))).info
    assert info.cardiac_phase == phase
    assert any(place in note for note in info.notes) == bool(place)


def test_a_second_phase_that_contradicts_is_noted(make, tmp_path):
    images = make.datasets(NominalPercentageOfCardiacPhase=70.0, SeriesDescription="40%")
    notes = read_series(make.write(tmp_path, images)).info.notes
    assert "SeriesDescription says 40 %." in notes


def test_lossy_and_derived_images_are_noted(make, tmp_path):
    images = make.datasets(
        LossyImageCompression="01", ImageType=["DERIVED", "SECONDARY", "DOE", "X"]
    )
    notes = " ".join(read_series(make.write(tmp_path, images)).info.notes)
    assert "compressed with loss" in notes
    assert "derived ones (ImageType)" in notes
    assert "DOE" not in notes, "a header may hold the text of a person, and notes are recorded"


def test_progress_runs_to_the_end_of_both_stages(make, tmp_path):
    seen = []
    read_series(make.write(tmp_path, make.datasets()), progress=lambda *args: seen.append(args))
    for stage in ("Reading headers", "Reading pixels"):
        shares = [share for name, share in seen if name == stage]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_what_a_caller_raises_to_stop_is_passed_on(make, tmp_path):
    make.write(tmp_path, make.datasets())

    def stop(stage: str, share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_series(Path(tmp_path), progress=stop)


def test_trigger_times_that_differ_are_told_and_no_one_of_them_is_the_phase(make, tmp_path):
    images = make.datasets()
    for k, image in enumerate(images):
        image.TriggerTime = 300.0 if 2 * k < len(images) else 700.0
    make.write(tmp_path, images)
    info = read_series(tmp_path).info
    assert info.cardiac_phase == ""
    (told,) = [note for note in info.notes if "TriggerTime" in note]
    assert "300 to 700 ms" in told
    assert "phases were put end to end" in told


def test_trigger_times_that_some_slices_lack_are_told(make, tmp_path):
    images = make.datasets()
    images[0].TriggerTime = 300.0
    make.write(tmp_path, images)
    info = read_series(tmp_path).info
    assert info.cardiac_phase == ""
    assert any("7 slices have no TriggerTime" in note for note in info.notes)


def test_trigger_times_that_differ_by_rounding_are_one_phase(make, tmp_path):
    images = make.datasets()
    for k, image in enumerate(images):
        image.TriggerTime = 300.0 + 0.2 * (k % 4)
    make.write(tmp_path, images)
    assert read_series(tmp_path).info.cardiac_phase == "300 ms"


def test_a_slice_without_any_picture_is_named(make, tmp_path):
    images = make.datasets()
    make.change(images[3], PixelData=bytes(len(images[3].PixelData)))
    notes = read_series(make.write(tmp_path, images)).info.notes
    (told,) = [note for note in notes if "one and the same value" in note]
    assert told.startswith("1 slice holds one and the same value everywhere: ct03.dcm")
    assert "nothing can be measured there" in told
    plain = read_series(make.write(tmp_path / "plain", make.datasets())).info.notes
    assert not any("one and the same value" in note for note in plain)
