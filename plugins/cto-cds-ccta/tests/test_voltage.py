"""Plaque classes with limits made for the tube voltage stand beside the fixed ones."""

from __future__ import annotations

import pytest

from cto_cds_ccta.measure.occlusion import measure_occlusion
from cto_cds_ccta.measure.voltage import adjusted_content, adjustments
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.readings.adjusted import adjusted_entries, voltage_sentences
from cto_cds_ccta.vessel import marked_vessel


def test_classes_for_another_voltage_stand_beside_the_fixed_ones(tapered):
    study = tapered.measured.study
    fixed = {fact.name: fact.value for fact in tapered.measured.facts}
    adjusted = float(study["kv_adjusted_necrotic_core_volume"].split()[0])
    assert adjusted > float(fixed["necrotic_core_volume"])


def test_limits_for_another_voltage_are_told_with_their_source_wherever_a_person_looks(tapered):
    measured = tapered.measured
    assert measured.study["kv_adjusted_limits"].startswith("necrotic core from -30 HU, fibrofatty ")
    assert measured.study["kv_adjusted_limits"].endswith("dense calcium from 399 HU at 100 kV")
    assert "verified: secondary" in measured.study["kv_adjusted_source"]
    assert "assumption" in measured.study["kv_adjusted_source"]
    (note,) = [note for note in measured.notes if "scaled for 100 kV" in note]
    share = float(measured.study["kv_adjusted_necrotic_core_pav"].split()[0])
    assert f"necrotic core {share:.0f} %" in note
    assert "used by no score" in note
    for name in ("vessel.png", "quality.png"):
        caption = next(figure.caption for figure in measured.figures if figure.name == name)
        assert "scaled for 100 kV" in caption


@pytest.mark.parametrize(
    ("kilovolt", "sentences"), [(None, 0), (120.0, 0), (140.0, 1), (80.0, 2), (100.0, 2)]
)
def test_no_limits_are_made_up_for_a_voltage(tapered, kilovolt, sentences):
    found = measure_occlusion(marked_vessel(tapered.request, silent).vessel, "line", silent)
    adjusted = None if kilovolt is None else adjusted_content(found, kilovolt)
    assert len(voltage_sentences(kilovolt, adjusted, ())) == sentences
    assert bool(adjusted_entries(adjusted, ())) == (sentences == 2)


def test_adjusted_classes_need_review_where_the_fixed_ones_do(tapered):
    found = measure_occlusion(marked_vessel(tapered.request, silent).vessel, "line", silent)
    adjusted = adjusted_content(found, 80.0)
    entries = adjusted_entries(adjusted, {"necrotic_core_pav"})
    numbers = [text for key, text in entries.items() if key.endswith(("_volume", "_pav"))]
    assert numbers == ["needs review"] * 8
    assert voltage_sentences(80.0, adjusted, {"necrotic_core_pav"})[1].endswith("needs review.")


def test_every_adjustment_names_where_it_was_published_and_how_well_that_was_checked():
    assert set(adjustments()) == {80, 100}
    for adjustment in adjustments().values():
        assert len(adjustment.citation) > 30
        assert adjustment.verified in {"primary", "secondary", "unverified"}
        assert adjustment.edges_hu[0] == -30.5
        assert adjustment.factor > 1.0
