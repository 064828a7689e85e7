"""While everything that it rests on is in review, no number stands anywhere in the file."""

from __future__ import annotations

import re
from dataclasses import replace

from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.parts import Plaque


def test_a_line_that_is_not_believed_leaves_neither_numbers_nor_marks(quantified):
    told = quantified(GALLERY["faint-distal-vessel"])
    assert set(told["ccta"]) == {"tube_voltage", "image_quality"}
    assert not [key for key in told["study"] if re.search("landing|calcium|volume", key)]
    assert not told["marks"]
    score = next(one for one in told["needs_review"] if one["fact"] == "calcium_score")
    assert not re.search(r"\d", score["because"])
    assert "mm3" not in " ".join(told["study"]["notes"])


def test_a_distal_cap_that_is_not_believed_leaves_what_lies_before(blunt_design, quantified):
    plaque = Plaque(necrotic_hu=185.0, fibrofatty_hu=185.0, fibrous_hu=185.0)
    told = quantified(replace(blunt_design, plaque=plaque, plates=(), distal_hu=250.0))
    assert "distal_cap_lps_mm" not in told["marks"]
    assert "landing_zone_from_lps_mm" not in told["marks"]
    assert "landing_zone_diameter" not in told["study"]
    assert {"proximal_cap_lps_mm", "proximal_reference_lps_mm"} <= told["marks"].keys()


def test_what_ct_can_show_and_nobody_measures_is_left_to_a_person(blunt_design, quantified):
    told = quantified(blunt_design)
    review = {one["fact"]: one["because"] for one in told["needs_review"]}
    for name in ("ostial", "proximal_cap", "vessel_course", "tortuosity", "segment"):
        assert name not in told["ccta"]
        assert "does not measure it" in review[name]
