"""Which series of a study is measured, and how each was scanned."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset

from cto_cds.dicom.series import read_series
from cto_cds.errors import StudyError

ANGIOGRAM = {
    "SeriesInstanceUID": "1.2.3",
    "SeriesDescription": "CorCTA 0.6 75%",
    "ContrastBolusAgent": "Iopromide",
}


def refusal(folder, **choice: str) -> str:
    with pytest.raises(StudyError) as caught:
        read_series(folder, **choice)
    assert all(problem.found and problem.mend for problem in caught.value.problems)
    return str(caught.value)


def study(make, folder, **other: object):
    make.write(folder / "a", make.datasets(**ANGIOGRAM))
    make.write(folder / "b", make.datasets(make.pattern_hu()[:, ::-1], **other))
    return folder


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SliceThickness": 1.2}, "its slices are 1.2 mm thick, those of another 0.6 mm"),
        (
            {"SliceThickness": 3.0, "ConvolutionKernel": "Qr36"},
            "its slices are 3 mm thick, those of another 0.6 mm",
        ),
        ({"SeriesDescription": "CaScore 3.0"}, "says 'CaScore', a scan without contrast"),
        ({"SeriesDescription": "Heart native"}, "says 'native', a scan without contrast"),
        ({"ContrastBolusAgent": "NONE"}, "its contrast agent is 'NONE'"),
        ({"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, "made from others (MPR)"),
    ],
)
def test_the_only_suited_series_is_taken_and_the_reason_is_told(make, tmp_path, changes, reason):
    volume = read_series(study(make, tmp_path, SeriesInstanceUID="1.2.4", **changes))
    assert volume.info.series_uid == "1.2.3"
    np.testing.assert_array_equal(volume.hu, make.pattern_hu())
    (left,) = [note for note in volume.info.notes if note.startswith("Left out: the series 1.2.4")]
    assert reason in left


def test_a_series_that_was_set_aside_can_still_be_asked_for(make, tmp_path):
    study(make, tmp_path, SeriesInstanceUID="1.2.4", SliceThickness=3.0)
    assert read_series(tmp_path, series_uid="1.2.4").info.slice_thickness_mm == 3.0


@pytest.mark.parametrize(
    "changes",
    [
        {"SeriesDescription": "CorCTA 0.6 40%"},
        {"ConvolutionKernel": "Br64"},
        {"ConvolutionKernel": "Br36", "SliceThickness": 1.2},
        {"SliceThickness": 0.75},
        {"SliceThickness": None},
        {"ContrastBolusAgent": None},
    ],
    ids=[
        "phase",
        "kernel",
        "kernel and thickness",
        "thickness",
        "thickness not said",
        "contrast not said",
    ],
)
def test_series_that_are_both_plausible_are_listed_and_none_is_taken(make, tmp_path, changes):
    images = make.datasets(**(ANGIOGRAM | {"SeriesInstanceUID": "1.2.4"}))
    for image in images:
        make.change(image, **changes)
    make.write(tmp_path / "a", make.datasets(**ANGIOGRAM))
    make.write(tmp_path / "b", images)
    told = refusal(tmp_path)
    assert "holds 2 CT series" in told
    assert (
        "1.2.3 'CorCTA 0.6 75%' (8 images, CT, slices 0.6 mm, kernel Bv40, cardiac phase 75 %"
        in told
    )
    assert "contrast agent Iopromide, kV 100)" in told


def test_what_is_not_said_is_listed_as_not_said(make, tmp_path):
    images = make.datasets(SeriesInstanceUID="1.2.4")
    for image in images:
        make.change(image, SliceThickness=None, ConvolutionKernel=None, KVP=None)
    make.write(tmp_path / "b", images)
    make.write(tmp_path / "a", make.datasets(**ANGIOGRAM))
    told = refusal(tmp_path)
    for what in ("slices", "kernel", "cardiac phase", "contrast agent", "kV"):
        assert f"{what} not said" in told


def test_where_every_series_has_something_against_it_all_are_listed_with_it(make, tmp_path):
    make.write(tmp_path / "a", make.datasets(**(ANGIOGRAM | {"SeriesDescription": "native"})))
    make.write(tmp_path / "b", make.datasets(SeriesInstanceUID="1.2.4", SliceThickness=3.0))
    told = refusal(tmp_path)
    assert "a scan without contrast" in told
    assert "its slices are 3 mm thick" in told


def test_one_phase_of_a_series_can_be_chosen(make, tmp_path):
    make.write(tmp_path / "a", make.datasets(SeriesDescription="Coro 40%"))
    hu = make.pattern_hu()[:, ::-1]
    make.write(tmp_path / "b", make.datasets(hu, SeriesDescription="Coro 75%"))
    assert "--phase" in refusal(tmp_path)
    np.testing.assert_array_equal(read_series(tmp_path, phase="75%").hu, hu)
    np.testing.assert_array_equal(read_series(tmp_path, phase="40 %").hu, make.pattern_hu())


def test_a_phase_that_is_not_there_names_those_that_are(make, tmp_path):
    make.write(tmp_path, make.datasets(SeriesDescription="Coro 40%"))
    assert "no cardiac phase '70 %'; it has 40 %" in refusal(tmp_path, phase="70 %")


def test_a_phase_asked_of_images_that_name_none(make, tmp_path):
    make.write(tmp_path, make.datasets())
    assert "do not say their phase" in refusal(tmp_path, phase="70 %")


def canon(image, element, vr, value):
    block = image.private_block(0x7005, "TOSHIBA_MEC_CT3", create=True)
    block.add_new(element, vr, value)


def info_of(make, tmp_path, prepare):
    images = make.datasets()
    for image in images:
        prepare(image)
    return read_series(make.write(tmp_path, images)).info


@pytest.mark.parametrize("value", ["75", "75%", "75.0 "])
def test_the_phase_in_a_private_element_of_canon_is_read(make, tmp_path, value):
    info = info_of(make, tmp_path, lambda image: canon(image, 0x04, "SH", value))
    assert info.cardiac_phase == "75 %"
    assert any("(7005,xx04) of TOSHIBA_MEC_CT3" in note for note in info.notes)


def test_the_kernel_in_a_private_element_of_canon_is_read_where_the_standard_one_is_missing(
    make, tmp_path
):
    def prepare(image) -> None:
        del image.ConvolutionKernel
        canon(image, 0x1B, "SH", "FC03")

    assert info_of(make, tmp_path, prepare).kernel == "FC03"


def test_a_kernel_with_its_strength_is_kept_whole(make, tmp_path):
    info = info_of(
        make, tmp_path, lambda image: make.change(image, ConvolutionKernel=["Bv40d", "3"])
    )
    assert info.kernel == "Bv40d/3"


def coded(image):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "1", "99", "Iohexol"
    image.ContrastBolusAgentSequence = [item]


@pytest.mark.parametrize(
    ("prepare", "contrast"),
    [
        (lambda image: setattr(image, "ContrastBolusAgent", "Iohexol 350"), "Iohexol 350"),
        (coded, "Iohexol"),
        (lambda image: canon(image, 0x1C, "LO", "Iodine"), "Iodine"),
        (lambda image: setattr(image, "ContrastBolusVolume", 70), "given, agent not named"),
        (lambda image: setattr(image, "ContrastBolusRoute", "IV"), "given, agent not named"),
        (lambda image: setattr(image, "ContrastBolusVolume", 0), ""),
        (lambda _: None, ""),
    ],
)
def test_contrast_is_found_in_several_places_and_never_assumed(make, tmp_path, prepare, contrast):
    assert info_of(make, tmp_path, prepare).contrast_agent == contrast


def test_a_monoenergetic_image_has_no_tube_voltage(make, tmp_path):
    info = info_of(
        make, tmp_path, lambda image: setattr(image, "SeriesDescription", "CTA 70 keV 75%")
    )
    assert info.tube_voltage_kv is None
    assert any("virtual monoenergetic ones of 70 keV" in note for note in info.notes)
    assert info.cardiac_phase == "75 %"


def test_nothing_is_assumed_where_the_headers_are_silent(make, tmp_path):
    def silent(image) -> None:
        make.change(image, KVP=None, ConvolutionKernel=None, SliceThickness=None)

    info = info_of(make, tmp_path, silent)
    assert (info.tube_voltage_kv, info.slice_thickness_mm) == (None, None)
    assert (info.kernel, info.cardiac_phase, info.contrast_agent) == ("", "", "")


def test_a_frame_has_its_own_kind_of_image(make, tmp_path):
    images = make.datasets()
    images[3].ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    path = make.save(make.enhanced(images), tmp_path / "all.dcm")
    assert "all.dcm frame 4: is a scout" in refusal(path)
    assert "frame 3: is a scout" not in refusal(path)
