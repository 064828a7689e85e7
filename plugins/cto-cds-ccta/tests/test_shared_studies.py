"""The practice studies beside the repository, where they exist."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cto_cds.dicom.centreline import read_centreline
from cto_cds.dicom.series import read_series
from cto_cds.hookspecs import Centreline, Request

from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysed, told

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "phantoms"
STUDIES = sorted(FOLDER.glob("*/truth.json"))


@pytest.mark.skipif(not STUDIES, reason="there are no practice studies beside the repository")
@pytest.mark.parametrize("truth_file", STUDIES, ids=lambda path: path.parent.name)
def test_a_practice_study_is_measured_within_its_targets(truth_file):
    truth = json.loads(truth_file.read_text(encoding="utf-8"))["occlusions"][0]
    points, radius = read_centreline(truth_file.parent / "centreline.csv")
    line = Centreline(points, radius, "centreline.csv")
    volume = read_series(truth_file.parent / "dicom")
    measured = told(analysed(Request(volume, line), silent), "practice")
    found = {fact.name: fact.value for fact in measured.facts}
    volume_mm3 = float(measured.study["occlusion_vessel_volume"].split()[0])
    assert float(found["occlusion_length"]) == pytest.approx(truth["occlusion_length_mm"], abs=1.5)
    assert float(found["max_bend"]) == pytest.approx(truth["max_bend_deg"], abs=5.0)
    assert volume_mm3 == pytest.approx(truth["vessel_volume_mm3"], rel=0.08)
    assert float(found["calcium_arc"]) == pytest.approx(truth["calcium_arc_deg"], abs=20.0)
    assert found["stump"] == truth["stump"]
    for name, share in truth["apparent_percent"].items():
        assert float(found[f"{name}_pav"]) == pytest.approx(share, abs=5.0), name
