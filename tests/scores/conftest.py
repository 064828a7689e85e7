"""One lesion in which nothing counts, changed fact by fact, and the scores it gets."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cto_cds.advice import result
from cto_cds.advice.compose import compose
from cto_cds.engine.engine import Engine
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading
from cto_cds.facts.vocabulary import Vocabulary

LESION_GROUPS = ("angiography", "ccta")
WALL_GROUPS = ("ivus", "oct")

NOTHING_COUNTS: Mapping[str, str] = {
    "age": "40 years",
    "sex": "male",
    "prior_cabg": "no",
    "graft_to_target_vessel": "none",
    "prior_mi": "no",
    "prior_failed_attempt": "no",
    "occlusion_duration": "6 months",
    "lvef": "60 %",
    "occlusion": "chronic total",
    "target_vessel": "LAD",
    "ostial": "no",
    "in_stent": "no",
    "stent_underexpansion": "no",
    "stump": "tapered",
    "proximal_cap": "clear",
    "side_branch_at_proximal_cap": "no",
    "occlusion_length": "5 mm",
    "occlusion_count": "1",
    "max_bend": "10 deg",
    "proximal_bend": "10 deg",
    "bends_over_70": "0",
    "bends_over_90": "0",
    "tortuosity": "none",
    "proximal_tortuosity": "none",
    "calcification": "none",
    "calcium_area_fraction": "10 %",
    "calcium_arc": "200 deg",
    "distal_vessel_diameter": "2.5 mm",
    "distal_stenosis": "10 %",
    "distal_disease": "none",
    "rentrop": "3",
    "werner": "2",
    "interventional_collaterals": "yes",
    "collateral_route": "septal",
    "superficial_calcium_arc": "90 deg",
    "calcium_length": "2 mm",
    "calcium_thickness": "0.2 mm",
    "calcified_nodule": "no",
    "vessel_diameter": "4 mm",
    "annual_cto_volume": "10",
    "cto_experience": "1 years",
    "last_year_success_rate": "70 %",
}
"""A case in which every item of every score is false."""

EVERYTHING_COUNTS: Mapping[str, str] = NOTHING_COUNTS | {
    "age": "80 years",
    "sex": "female",
    "prior_cabg": "yes",
    "graft_to_target_vessel": "occluded",
    "prior_mi": "yes",
    "prior_failed_attempt": "yes",
    "occlusion_duration": "24 months",
    "lvef": "30 %",
    "target_vessel": "RCA",
    "ostial": "yes",
    "in_stent": "yes",
    "stent_underexpansion": "yes",
    "stump": "blunt",
    "proximal_cap": "ambiguous",
    "side_branch_at_proximal_cap": "yes",
    "occlusion_length": "70 mm",
    "occlusion_count": "2",
    "max_bend": "90 deg",
    "proximal_bend": "60 deg",
    "bends_over_70": "2",
    "bends_over_90": "1",
    "tortuosity": "severe",
    "proximal_tortuosity": "severe",
    "calcification": "severe",
    "calcium_area_fraction": "100 %",
    "calcium_arc": "360 deg",
    "distal_vessel_diameter": "1.5 mm",
    "distal_stenosis": "80 %",
    "distal_disease": "diffuse",
    "rentrop": "0",
    "werner": "0",
    "interventional_collaterals": "no",
    "collateral_route": "epicardial",
    "superficial_calcium_arc": "360 deg",
    "calcium_length": "8 mm",
    "calcium_thickness": "0.8 mm",
    "calcified_nodule": "yes",
    "vessel_diameter": "3 mm",
}
"""A case in which every item that adds points is true; the operator is a beginner in both."""

ScoresOf = Callable[..., dict[str, result.Score]]
ResultOf = Callable[..., result.Result]


def sheet_of(facts: Mapping[str, str], vocabulary: Vocabulary) -> FactSheet:
    """Return a case; a bare name is read alike in every place, and 'unknown' is left out.

    A number may carry its standard deviation: ``24 mm +- 0.6``.
    """
    readings = {}
    for name, text in facts.items():
        places = [name] if "." in name else [f"{g}.{name}" for g in vocabulary.facts[name].groups]
        for path in places:
            value, _, sd = text.partition(" +- ")
            fact = vocabulary.of(path)
            readings[path] = Reading(
                path,
                None if value == "unknown" else fact.value_of(value),
                sd=Quantity(Decimal(sd), fact.unit) if sd else None,
            )
    return FactSheet("a lesion", readings)


@pytest.fixture(scope="session")
def assessed(engine: Engine) -> ResultOf:
    """Return a function from facts to the whole result; without any of a procedure, planning."""
    vocabulary = engine.pack.vocabulary

    def result_of(facts: Mapping[str, str], tried: tuple[str, ...] | None = None) -> result.Result:
        sheet = sheet_of(facts, vocabulary)
        readings = dict(sheet.readings)
        if tried is not None:
            path = "procedure.strategies_tried"
            readings[path] = Reading(path, tried)
        elif not any(path.startswith("procedure.") for path in readings):
            readings["procedure.phase"] = Reading("procedure.phase", "planning")
        sheet = FactSheet(sheet.case, readings)
        return compose(sheet, engine.decide(sheet), engine.pack)

    return result_of


@pytest.fixture(scope="session")
def scores_of(assessed: ResultOf) -> ScoresOf:
    """Return a function from facts to the scores; the same facts are assessed once."""
    known: dict[object, dict[str, result.Score]] = {}

    def scores(
        facts: Mapping[str, str], tried: tuple[str, ...] | None = None
    ) -> dict[str, result.Score]:
        key = (tuple(sorted(facts.items())), tried)
        if key not in known:
            known[key] = dict(assessed(facts, tried).scores)
        return known[key]

    return scores


@pytest.fixture(scope="session")
def enumerating() -> ModuleType:
    """Return the benchmark that decides every cell three times."""
    folder = str(Path(__file__).parents[2] / "benchmarks")
    sys.path.append(folder)
    try:
        import enumerate_scores
    finally:
        sys.path.remove(folder)
    return enumerate_scores


@dataclass(frozen=True, slots=True)
class Called:
    """What a finished command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any] | list[dict[str, Any]]:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def shows_no_result(self) -> bool:
        """Whether standard output is empty or, for a program, holds the mistakes alone."""
        return self.out == "" or json.loads(self.out).keys() == {"problems"}


@pytest.fixture
def called(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    parsed_once: Path,
) -> Callable[..., Called]:
    """Return a function that runs the command line to its end; its exit status must be as given."""
    from cto_cds.cli import main

    monkeypatch.setenv("CTO_CDS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "400")
    shutil.copytree(parsed_once, tmp_path / "home" / "cache")

    def call(*words: object, status: int = 0) -> Called:
        monkeypatch.setattr(sys, "argv", ["cto-cds", *map(str, words)])
        try:
            main()
        except SystemExit as end:
            ended = end.code or 0
        else:
            ended = 0
        out, err = capfd.readouterr()
        assert ended == status, err
        return Called(status, out, err)

    return call


@pytest.fixture(scope="session")
def parsed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder in which the rules are parsed already."""
    from cto_cds.installation import Settings, rules_in_force
    from cto_cds.registry import Registry

    home = tmp_path_factory.mktemp("parsed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTO_CDS_HOME", str(home))
        settings = Settings.from_environment()
        rules_in_force(settings, Registry(settings.plugins))
    (home / "cache").mkdir(exist_ok=True)
    return home / "cache"
