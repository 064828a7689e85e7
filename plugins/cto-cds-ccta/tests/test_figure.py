from __future__ import annotations

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.study import silent


def test_there_are_two_pictures_with_captions(case):
    along, across = case.measured.figures
    for figure in (along, across):
        assert figure.media_type == "image/png"
        assert figure.content.startswith(b"\x89PNG")
    assert "proximal and distal cap" in along.caption
    assert "Cross-sections" in across.caption


def test_the_same_study_gives_the_same_bytes(tapered):
    again = CctaBackend().measure(tapered.request, silent)
    assert again.figures == tapered.measured.figures
    assert again.facts == tapered.measured.facts


def test_the_picture_does_not_name_the_software_that_drew_it(case):
    assert all(b"matplotlib" not in figure.content.lower() for figure in case.measured.figures)
