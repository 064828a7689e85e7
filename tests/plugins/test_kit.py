"""The kit for authors finds what it says it finds, and every hook has a test."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from cli.running import LOCAL_VETO

from cto_cds.dicom.series import read_series
from cto_cds.errors import BackendError, Place, Problem
from cto_cds.facts.measured import Doubt, MeasuredFact, Measurements
from cto_cds.hookspecs import Centreline, Request, Support
from cto_cds.registry import HOOK_NAMES
from cto_cds.testing import backend_faults, rule_faults

LENGTH = MeasuredFact("occlusion_length", Decimal("24.8"), "mm", Decimal("0.6"))


class Backend:
    """A backend that hands over what it is given."""

    def __init__(self, *handed: Measurements | Exception, possible: bool = True) -> None:
        self.name, self.version = "given", "1.0"
        self._handed = list(handed)
        self._possible = possible

    def supports(self, _request: Request) -> Support:
        return Support(self._possible, "" if self._possible else "it needs gating")

    def measure(self, _request: Request, progress) -> Measurements:
        progress("Measuring", 1.0)
        handed = self._handed[0] if len(self._handed) == 1 else self._handed.pop(0)
        if isinstance(handed, Exception):
            raise handed
        return handed


@pytest.fixture
def request_of_a_study(series) -> Request:
    return Request(read_series(series), Centreline(np.zeros((3, 3))))


def of(*facts: MeasuredFact, doubts: tuple[Doubt, ...] = ()) -> Measurements:
    return Measurements("given 1.0", facts, doubts=doubts)


def test_a_sound_backend_has_no_faults(request_of_a_study):
    backend = Backend(of(LENGTH, doubts=(Doubt("stump", "blurred"),)))
    assert backend_faults(backend, request_of_a_study) == []


@pytest.mark.parametrize(
    ("handed", "told"),
    [
        (of(MeasuredFact("occlusion_length", Decimal(24), "mm")), "without an uncertainty"),
        (of(MeasuredFact("occlusion_lenght", Decimal(24), "mm", Decimal(1))), "occlusion_lenght"),
        (of(MeasuredFact("occlusion_length", Decimal(24), "cm", Decimal(1))), "cm"),
        (of(MeasuredFact("stump", "pointed")), "pointed"),
        (of(doubts=(Doubt("stump", ""),)), "has no reason"),
        (BackendError(Problem(Place("given"), "too noisy")), "too noisy"),
    ],
)
def test_each_breach_of_the_contract_is_found(request_of_a_study, handed, told):
    faults = backend_faults(Backend(handed), request_of_a_study)
    assert any(told in fault for fault in faults), faults


def test_a_backend_that_changes_its_mind_has_no_name_or_refuses_is_found(request_of_a_study):
    other = MeasuredFact("occlusion_length", Decimal("24.9"), "mm", Decimal("0.6"))
    assert "two runs on the same request differ" in backend_faults(
        Backend(of(LENGTH), of(other)), request_of_a_study
    )
    nameless = Backend(of(LENGTH))
    nameless.name = ""
    assert "it has no name or no version" in backend_faults(nameless, request_of_a_study)
    refusing = Backend(of(LENGTH), possible=False)
    assert backend_faults(refusing, request_of_a_study) == [
        "it does not support the request: it needs gating"
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("", "", ""),
        ("can_adr is yes", "can_adrr is yes", "can_adrr"),
        (
            "{can_adr: no}, expect: {effect: none}",
            "{can_adr: no}, expect: {effect: veto}",
            "cannot",
        ),
        (
            "  - {case: nobody said, given: {can_adr: unknown}, expect: {effect: none}}\n",
            "",
            "unknown",
        ),
        ("id: no_adr_here", "id: mh1", "already used"),
        ("[antegrade_dissection_reentry]", "[antegrade_dissection]", "antegrade_dissection"),
    ],
    ids=["sound", "unknown fact", "failing row", "not covered", "id in use", "unknown strategy"],
)
def test_local_rules_are_held_to_what_the_built_in_ones_are(tmp_path, was, becomes, told):
    name = "mh1" if becomes == "id: mh1" else "no_adr_here"
    folder = tmp_path / "rules"
    (folder / "safety").mkdir(parents=True)
    (folder / "safety" / f"{name}.yaml").write_text(
        LOCAL_VETO.replace(was, becomes) if was else LOCAL_VETO
    )
    faults = rule_faults(folder)
    assert any(told in fault for fault in faults) if told else faults == []


def test_every_hook_is_named_by_a_test_of_a_plugin_that_offers_it():
    tested = Path(__file__).with_name("test_good_plugins.py").read_text(encoding="utf-8")
    for hook in HOOK_NAMES:
        assert f"def test_{hook}_" in tested or f"_and_{hook}_" in tested, hook
