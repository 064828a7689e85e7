"""Results to report on: one undecided, one planned, one in the laboratory."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Mapping

import pytest
from rich.console import Console, RenderableType

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case_text
from cto_cds.report.html import html_report
from cto_cds.rulefile.pack import Pack

UNDECIDED = """
format: 1
case: undecided
angiography:
  target_vessel: RCA
  occlusion: chronic total
  stump: blunt
  proximal_cap: clear
  occlusion_length: unknown
ccta:
  occlusion_length: {value: 24.8 mm, sd: 0.6 mm, source: cto-cds-ccta 0.1.0, status: auto}
  distal_disease: {value: diffuse, status: needs_review, note: The vessel was dim.}
"""

PLANNED = """
format: 1
case: planned
history: {prior_failed_attempt: no, occlusion_duration: 14 months}
angiography:
  occlusion: chronic total
  stump: blunt
  proximal_cap: clear
  in_stent: no
  calcification: moderate
  max_bend: 30 deg
  occlusion_length: 24 mm
  distal_vessel_diameter: 2.4 mm
  distal_stenosis: 20 %
  distal_disease: none
  interventional_collaterals: yes
"""

CROSSING = """
format: 1
case: crossing
history: {egfr: 45 mL/min/1.73m2}
angiography:
  occlusion: chronic total
  stump: tapered
  proximal_cap: clear
  in_stent: no
  occlusion_length: 15 mm
  distal_vessel_diameter: 2.6 mm
  distal_stenosis: 10 %
  distal_disease: none
  interventional_collaterals: no
procedure:
  phase: crossing
  dual_injection_done: yes
  strategies_tried: [antegrade_wire_escalation]
  track: extraplaque
  minutes_without_progress: 12 min
  duration: 95 min
  air_kerma: 2.1 Gy
  contrast: 90 mL
  complication: none
  well_advanced: no
"""

MEASURED = """
format: 1
case: measured
history: {prior_failed_attempt: no, occlusion_duration: 14 months, lvef: 50 %, age: 64 years}
angiography:
  occlusion: chronic total
  target_vessel: RCA
  stump: blunt
  proximal_cap: clear
  in_stent: no
  calcification: moderate
  distal_disease: none
  interventional_collaterals: yes
ccta:
  occlusion_length: {value: 20.5 mm, sd: 1 mm}
  max_bend: {value: 47 deg, sd: 2 deg}
  calcium_area_fraction: {value: 51 %, sd: 8 %}
  plaque_volume: 260 mm3
  fibrous_pav: 29 %
  proximal_vessel_diameter: 3 mm
  image_quality: good
"""

CASES = {"undecided": UNDECIDED, "planned": PLANNED, "crossing": CROSSING, "measured": MEASURED}


@pytest.fixture(scope="session")
def decide(pack: Pack, engine: Engine) -> Callable[[str], Result]:
    """Return what makes a result of the text of a case."""

    def decided(text: str) -> Result:
        sheet = read_case_text(text, "case.yaml", pack.vocabulary)
        return compose(sheet, engine.decide(sheet), pack)

    return decided


@pytest.fixture(params=sorted(CASES))
def result(request: pytest.FixtureRequest, decide: Callable[[str], Result]) -> Result:
    """Return each of the results in turn."""
    return decide(CASES[request.param])


@pytest.fixture
def undecided(decide: Callable[[str], Result]) -> Result:
    """Return a result with open parts and a measurement that needs review."""
    return decide(UNDECIDED)


@pytest.fixture(scope="session")
def names(pack: Pack) -> Mapping[str, str]:
    """Return the titles of what a result names by id only."""
    return {name: pack.title(name) for name in (*pack.techniques, *pack.vocabulary.by_path)}


@pytest.fixture
def measured(decide: Callable[[str], Result]) -> Result:
    """Return a result with uncertain measurements near a limit, and with associations."""
    return decide(MEASURED)


@pytest.fixture(scope="session")
def printed() -> Callable[..., str]:
    """Return what prints a view; nothing is cut and no line is too long."""

    def text_of(view: RenderableType, width: int = 80) -> str:
        file = io.StringIO()
        Console(file=file, width=width, no_color=True, legacy_windows=False).print(view)
        text = file.getvalue()
        assert all(len(line) <= width for line in text.splitlines())
        assert "…" not in text
        return text

    return text_of


@pytest.fixture(scope="session")
def words(printed: Callable[..., str]) -> Callable[..., str]:
    """Return what prints a view and joins its lines."""
    return lambda view, width=80: re.sub(r"\s+", " ", printed(view, width))


@pytest.fixture(scope="session")
def page_words(names: Mapping[str, str]) -> Callable[[Result], str]:
    """Return what tells the words of the HTML report."""

    def text_of(result: Result) -> str:
        body = html_report(result, names=names).partition("<body>")[2]
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", body)))

    return text_of
