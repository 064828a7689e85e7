"""From the text of a case to its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from advice.lesion import LESION
from strategies import hybrid_pack

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded
from cto_cds.facts.sheet import FactSheet

KNOWN = """
format: 1
case: all that matters is known
history: {prior_failed_attempt: no, occlusion_duration: 6 months, symptoms: angina,
  prior_cabg: no, graft_to_target_vessel: none}
angiography:
  occlusion: chronic total
  target_vessel: RCA
  in_stent: no
  stump: tapered
  proximal_cap: clear
  calcification: none
  max_bend: 10 deg
  occlusion_length: 12 mm
  occlusion_count: 1
  distal_vessel_diameter: 3 mm
  distal_stenosis: 10 %
  distal_disease: none
  interventional_collaterals: yes
  collateral_route: septal
  donor_severely_diseased: no
  sole_collateral: no
  ostial: no
ccta:
  image_quality: good
  stump: tapered
  proximal_cap: clear
  calcium_area_fraction: 10 %
  calcium_proximal_cap: none
  max_bend: 10 deg
  occlusion_length: 12 mm
  occlusion_count: 1
  vessel_course: clear
  distal_cap_at_bifurcation: no
  landing_zone_calcium: none
  landing_zone_large_branch: no
  distal_vessel_diameter: 3 mm
  distal_stenosis: 10 %
  distal_disease: none
procedure: {phase: planning, complication: none, dual_injection_done: no, strategies_tried: [],
  track: intraplaque, track_confirmed_by: ivus}
"""


@pytest.fixture(scope="session")
def advise(engine: Engine) -> Callable[[FactSheet], Result]:
    """Return a function from a case to its result."""
    return lambda sheet: compose(sheet, engine.decide(sheet), engine.pack)


@pytest.fixture
def plan(advise, vocabulary) -> Callable[..., Result]:
    """Return a function from further lines of the case of a lesion to its result."""
    return lambda more="", lesion=LESION: advise(
        concluded(read_case_text(lesion + more, "case.yaml", vocabulary), vocabulary)
    )


Change = Callable[..., Result]


def _changing(advise: Callable[[FactSheet], Result], engine: Engine) -> Change:
    """Return a function from changes of a fully known case to its result.

    A change is ``"ccta.stump: blunt"``; with nothing after the colon the line is left out.
    """

    def result_of(*changes: str) -> Result:
        sheet = read_case_text(KNOWN, "case.yaml", engine.pack.vocabulary)
        readings = dict(sheet.readings)
        for change in changes:
            path, _, value = change.partition(": ")
            group, _, name = path.partition(".")
            readings.pop(path.rstrip(":"), None)
            if value:
                text = f"format: 1\n{group}:\n  {name}: {value}\n"
                other = read_case_text(text, "change", engine.pack.vocabulary, named=False)
                readings.update(other.readings)
        return advise(FactSheet(sheet.case, readings, notes=sheet.notes))

    return result_of


@pytest.fixture(scope="session")
def known_but(advise: Callable[[FactSheet], Result], engine: Engine) -> Change:
    """Return a function from changes of a fully known case to its result."""
    return _changing(advise, engine)


@pytest.fixture(scope="session")
def crossing_after(known_but: Change) -> Change:
    """Return a function from the strategies tried, and minutes without progress, to a result.

    The strategies are unknown where they are None. The wire lies in the plaque unless stated.
    """

    def result_of(
        tried: Sequence[str] | None, minutes: int, *changes: str, wire: str = "intraplaque"
    ) -> Result:
        strategies = "unknown" if tried is None else f"[{', '.join(tried)}]"
        return known_but(
            "procedure.phase: crossing",
            "procedure.dual_injection_done: yes",
            "procedure.reason_to_end: none",
            f"procedure.wire_position: {wire}",
            f"procedure.track: {wire}",
            f"procedure.minutes_without_progress: {minutes} min",
            f"procedure.strategies_tried: {strategies}",
            *changes,
        )

    return result_of


@pytest.fixture(scope="session")
def by_hybrid() -> Iterator[Change]:
    """Return the same function with the hybrid algorithm alone, whose supports add up by hand."""
    with Engine(hybrid_pack()) as engine:
        yield _changing(lambda sheet: compose(sheet, engine.decide(sheet), engine.pack), engine)
