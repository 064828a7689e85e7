"""The one picture that is printed says of itself what a reader on paper needs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.text import Text

from cto_cds_ccta.figure.frame import whose
from cto_cds_ccta.figure.overview import overview_canvas
from cto_cds_ccta.figure.scene import scene_of


@pytest.fixture
def analysis(blunt_study):
    return blunt_study.analysis


def told(canvas) -> str:
    return " ".join(text.get_text() for text in canvas.findobj(Text))


def named(analysis, case: str, series: str):
    info = replace(analysis.marked.info, description=series)
    return replace(analysis, marked=replace(analysis.marked, name=case, info=info))


def test_the_printed_picture_has_a_grey_scale_and_says_how_it_is_stretched(analysis):
    scene = scene_of(analysis)
    canvas = overview_canvas(scene)
    canvas.canvas.draw()
    image = canvas.axes[0].get_window_extent()
    low, high = canvas.axes[0].get_xlim()
    bottom, top = canvas.axes[0].get_ylim()
    percent = 100 * (image.height / (top - bottom)) / (image.width / (high - low))
    assert f"Across: {percent:.0f} % of along." in told(canvas)
    (scale,) = (axes for axes in canvas.axes if axes.get_label() == "greys")
    assert [text.get_text() for text in scale.texts] == ["−150", "750 HU"]
    (greys,) = scale.images
    assert greys.get_clim() == canvas.axes[0].images[0].get_clim()


def test_the_name_of_the_series_is_cut_only_where_there_is_no_room_for_it(analysis):
    series = "SYNTHETIC CTO PHANTOM Bv40"
    whole = named(analysis, "long-calcified RCA", series)
    assert series in told(overview_canvas(scene_of(whole)))
    longest = named(analysis, "a long name of a case, RCA", f"{series} {series} {series}")
    canvas = overview_canvas(scene_of(longest))
    (whose,) = (text for text in canvas.texts if "…" in text.get_text() and "kV" in text.get_text())
    assert "SYNTHETIC" in whose.get_text()
    assert 0.97 * canvas.bbox.width < whose.get_window_extent().x1 < canvas.bbox.width


@pytest.mark.parametrize("room", range(12, 45))
@pytest.mark.parametrize(
    "series", ["CORONARY CTA DIASTOLE BEST Bv40", "Cor Bv40 0.6 BestDiast 72 %"]
)
def test_a_name_of_a_series_that_is_too_long_loses_its_middle_and_never_its_kernel(
    analysis, series, room
):
    info = replace(analysis.marked.info, description=series, kernel="Bv40")
    scene = scene_of(replace(analysis, marked=replace(analysis.marked, info=info)))
    told = whose(scene, room).partition(",")[0]
    assert "Bv40" in told
    assert told.startswith("C")
    assert len(told) <= max(room, 12)
    assert told == series or "…" in told
