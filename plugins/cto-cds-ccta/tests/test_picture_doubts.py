"""What needs review is told whole on the picture of the scan, by the names of the table."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest
from matplotlib.text import Text
from ruamel.yaml import YAML
from strategies import RULES

from cto_cds_ccta.figure.quality import quality_canvas
from cto_cds_ccta.figure.words import title_of
from cto_cds_ccta.measure.lumen import core_hu


@pytest.fixture
def scene(blunt_study):
    return blunt_study.scene


def told(canvas):
    return " ".join(" ".join(text.get_text() for text in canvas.findobj(Text)).split())


def test_every_measurement_that_needs_review_is_named_and_their_number_and_reasons_agree(scene):
    words = told(quality_canvas(scene))
    for name in scene.doubts:
        assert title_of(name) in words
        assert "_" not in title_of(name)
    reasons = len(set(scene.doubts.values()))
    assert f"Needs review: {len(scene.doubts)}, for {reasons} reasons" in words
    assert words.count("? ") == reasons
    assert not re.search(r"and \d+ more", words)


def test_calcium_is_named_above_the_curve_and_said_to_lie_to_one_side(scene):
    canvas = quality_canvas(scene)
    canvas.canvas.draw()
    axes = canvas.subfigs[1].axes[0]
    at, core = scene.found.vessel.line.arc_mm, core_hu(scene.found.vessel)
    _, y = axes.transData.transform(np.column_stack([at, core])).T
    names = [text for text in axes.texts if text.get_text() == "calcium"]
    assert names
    assert all(Text.get_window_extent(text).y0 > y.max() for text in names)
    assert "Where calcium lies to one side, the middle of the vessel stays dark." in told(canvas)


def test_the_names_are_those_of_the_vocabulary():
    facts = YAML(typ="safe").load((RULES / "vocabulary.yaml").read_text())["facts"]
    package = files("cto_cds_ccta.figure")
    ours = YAML(typ="safe").load(package.joinpath("titles.yaml").read_text(encoding="utf-8"))
    ours.pop("format")
    assert ours == {k: one["title"] for k, one in facts.items() if "ccta" in one["groups"]}
