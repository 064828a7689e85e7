from __future__ import annotations

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.study import silent


def test_there_is_one_picture_with_a_caption(case):
    (figure,) = case.measured.figures
    assert figure.media_type == "image/png"
    assert figure.content.startswith(b"\x89PNG")
    assert "proximal and distal cap" in figure.caption


def test_the_same_study_gives_the_same_bytes(tapered):
    again = CctaBackend().measure(tapered.request, silent)
    assert again.figures == tapered.measured.figures
    assert again.facts == tapered.measured.facts


def test_the_picture_does_not_name_the_software_that_drew_it(case):
    assert b"matplotlib" not in case.measured.figures[0].content.lower()
