"""Images that cannot be read, and what the user is told."""

from __future__ import annotations

import pytest
from dicom.refusing import has, refusal
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless, RLELossless

from cto_cds.dicom import decoders
from cto_cds.dicom.series import read_series
from cto_cds.errors import StudyError

# single images


@pytest.mark.parametrize(
    "keyword",
    [
        "ImagePositionPatient",
        "ImageOrientationPatient",
        "PixelSpacing",
        "RescaleSlope",
        "RescaleIntercept",
        "Rows",
        "BitsStored",
        "PixelRepresentation",
        "PhotometricInterpretation",
        "StudyInstanceUID",
    ],
)
def test_a_required_attribute_that_is_missing(make, tmp_path, keyword):
    images = make.datasets()
    for image in images[2:4]:
        make.change(image, **{keyword: None})
    has(
        refusal(make.write(tmp_path, images)), "ct02.dcm", keyword, "is missing", "also in ct03.dcm"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"PhotometricInterpretation": "RGB"}, ["is RGB", "MONOCHROME2"]),
        ({"SamplesPerPixel": 3}, ["SamplesPerPixel is 3"]),
        ({"NumberOfFrames": 4}, ["holds 4 frames"]),
        ({"BitsAllocated": 32}, ["BitsAllocated is 32"]),
        ({"BitsStored": 17}, ["BitsStored is 17", "2 to 16"]),
        ({"HighBit": 15}, ["HighBit is 15", "it is 11"]),
        ({"PixelRepresentation": 2}, ["PixelRepresentation is 2"]),
        ({"RescaleType": "OD"}, ["RescaleType is OD", "not Hounsfield units"]),
        ({"RescaleSlope": 0}, ["RescaleSlope 0 must be greater than 0"]),
        ({"PixelSpacing": [0, 0.3]}, ["PixelSpacing", "greater than 0"]),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, ["right angle"]),
        ({"Rows": 60000}, ["Rows is 60000"]),
        ({"Rows": 41}, ["pixel data is cut off", "3840 of 3936 bytes"]),
        ({"Rows": 39}, ["3840 bytes of pixel data where 39 rows"]),
        ({"BitsStored": 10, "HighBit": 9}, ["BitsStored 10 allows 0 to 1023"]),
        ({"RescaleSlope": 100}, ["HU; allowed are -32768 to 32767"]),
    ],
)
def test_an_image_that_is_no_plain_ct_image(make, tmp_path, changes, words):
    has(refusal(make.write(tmp_path, make.datasets(**changes))), "ct00.dcm", *words)


def test_a_file_that_is_cut_off_in_the_pixels(make, tmp_path):
    make.write(tmp_path, make.datasets())
    path = tmp_path / "ct05.dcm"
    path.write_bytes(path.read_bytes()[:-1000])
    has(refusal(tmp_path), "ct05.dcm", "cut off", "Copy or export the file again")


@pytest.mark.parametrize("kept", [140, 300, 600, 800, 1000])
def test_a_last_slice_that_is_cut_off_in_the_header_is_not_left_out(make, tmp_path, kept):
    make.write(tmp_path, make.datasets())
    path = tmp_path / "ct07.dcm"
    path.write_bytes(path.read_bytes()[:kept])
    has(refusal(tmp_path), "ct07.dcm")


@pytest.mark.parametrize("content", [b"", b"\x00" * 400], ids=["empty", "zeros"])
def test_a_file_named_like_the_slices_that_is_not_dicom(make, tmp_path, content):
    make.write(tmp_path, make.datasets())
    (tmp_path / "ct08.dcm").write_bytes(content)
    has(refusal(tmp_path), "ct08.dcm", "is not a DICOM file", "Copy or export the file again")


def test_a_file_without_pixels(make, tmp_path):
    images = make.datasets()
    make.change(images[1], PixelData=None)
    has(refusal(make.write(tmp_path, images)), "ct01.dcm", "has no pixel data")


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
@pytest.mark.parametrize("lost", [0.02, 0.3, 0.9])
def test_a_compressed_image_that_is_cut_off_is_never_a_damaged_slice(make, tmp_path, syntax, lost):
    images = make.datasets()
    for image in images:
        make.transcode(image, syntax)
    make.shorten(images[4], lost)
    has(refusal(make.write(tmp_path, images)), "ct04.dcm", "Copy or export the file again")


@pytest.mark.parametrize("syntax", [JPEGLSLossless, JPEG2000Lossless])
def test_a_compressed_image_of_another_size_than_the_header_says(make, tmp_path, syntax):
    images = make.datasets()
    for image in images:
        make.transcode(image, syntax)
        image.Rows, image.Columns = image.Columns, image.Rows
    has(refusal(make.write(tmp_path, images)), "40 x 48 voxels, the header says 48 x 40")


@pytest.mark.parametrize("syntax", [JPEGLosslessSV1, JPEGLSLossless])
def test_a_broken_jpeg_is_told_in_words_and_not_in_those_of_a_decoder(make, tmp_path, syntax):
    images = make.datasets()
    images[4].PixelData = encapsulate([b"\xff\xd8" + b"\x01" * 50 + b"\xff\xd9"])
    images[4]["PixelData"].VR = "OB"
    for image in images:
        if image is not images[4]:
            make.transcode(image, JPEGLSLossless)
        image.file_meta.TransferSyntaxUID = syntax if image is images[4] else JPEGLSLossless
    told = refusal(make.write(tmp_path, images))
    has(told, "ct04.dcm: the compressed image is damaged", syntax.name, "Copy or export the file")
    assert "object has no attribute" not in told


def test_a_compression_without_decoder_names_what_to_install(make, tmp_path, monkeypatch):
    images = make.datasets()
    for image in images:
        make.transcode(image, JPEG2000Lossless)
    make.write(tmp_path, images)
    decoder = decoders.find_decoder(JPEG2000Lossless)
    monkeypatch.setattr(decoder, "_available", {})
    monkeypatch.setattr(decoder, "_unavailable", {"pylibjpeg": ("pylibjpeg-openjpeg>=2.0",)})
    has(refusal(tmp_path), "JPEG 2000", "no decoder for it is installed")
    has(refusal(tmp_path), "'pip install pylibjpeg pylibjpeg-openjpeg'")


def test_a_missing_decoder_is_named_as_its_package_is_called(make, tmp_path, monkeypatch):
    images = make.datasets()
    for image in images:
        make.transcode(image, JPEG2000Lossless)
    make.write(tmp_path, images)
    decoder = decoders.find_decoder(JPEG2000Lossless)
    monkeypatch.setattr(decoder, "_available", {})
    monkeypatch.setattr(decoder, "_unavailable", {"gdcm": ("gdcm>=3.0.10",)})
    has(refusal(tmp_path), "or 'pip install python-gdcm'.")


@pytest.mark.parametrize("uid", [b"1.2.840.10008.1.2.99", b"1.2.840/10008.1.2.1 "])
def test_a_transfer_syntax_that_is_not_known(make, tmp_path, uid):
    make.write(tmp_path, make.datasets())
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        path.write_bytes(content.replace(b"1.2.840.10008.1.2.1\x00", uid))
    has(refusal(tmp_path), "is not supported", "Export the series uncompressed")


def test_a_message_never_carries_control_characters_from_a_file(make, tmp_path):
    images = make.datasets(RescaleType="A\x1b[31mB")
    assert "\x1b" not in refusal(make.write(tmp_path, images))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"SeriesInstanceUID": None}, "SeriesInstanceUID is missing"),
        ({"RescaleIntercept": "-1e30"}, "allowed are -32768 to 32767"),
    ],
    ids=["no series", "numbers that no image has"],
)
def test_a_fault_that_every_file_has_is_told_once_with_the_others(make, tmp_path, change, found):
    images = make.datasets()
    for image in images:
        for name, value in change.items():
            if value is None:
                delattr(image, name)
            else:
                setattr(image, name, value)
    make.write(tmp_path, images)
    with pytest.raises(StudyError) as caught:
        read_series(tmp_path)
    (problem,) = caught.value.problems
    has(problem.found, found, f"(also in ct01.dcm, ct02.dcm, ct03.dcm and {len(images) - 4} more)")
