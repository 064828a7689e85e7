"""The conformance kit passes our backend on phantoms, and finds one that lies."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Never

import pytest
from cto_cds.errors import BackendError, Place, Problem
from cto_cds.facts.measured import MeasuredFact, Measurements
from cto_cds.hookspecs import Support
from cto_cds.testing import accuracy, read_case

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.memory import practice_case
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.phantom.write import write_phantom


class Liar:
    """Hands over what our backend measured, with some facts replaced."""

    name, version = "liar", "1.0"

    def __init__(self, honest: Measurements | None, *lies: MeasuredFact) -> None:
        self.honest, self.lies = honest, {lie.name: lie for lie in lies}

    def supports(self, _request):
        return Support(possible=True)

    def measure(self, _request, _progress):
        kept = [fact for fact in self.honest.facts if fact.name not in self.lies]
        return replace(self.honest, facts=(*kept, *self.lies.values()))


@pytest.fixture(scope="module")
def practice(blunt):
    return practice_case(blunt.phantom)


def test_our_backend_finds_what_is_there(practice):
    found = accuracy(CctaBackend(), [practice])
    assert found.faults() == [], found.text()
    right = [one for one in found.judged if one.state == "right"]
    assert len(right) >= 12, found.text()


def test_a_wrong_number_and_a_wrong_word_are_found_and_told(blunt, practice):
    length = MeasuredFact("occlusion_length", Decimal("31.0"), "mm", Decimal("0.5"))
    found = accuracy(Liar(blunt.measured, length, MeasuredFact("stump", "tapered")), [practice])
    assert found.faults() == [
        "blunt-calcified: occlusion_length is 31, not 14 within 2.5 mm",
        "blunt-calcified: stump is tapered, not blunt",
    ]
    assert "liar 1.0" in found.text()
    assert "occlusion_length is 31" in found.text()


def test_a_number_where_nothing_can_be_seen_is_found(blunt, practice):
    hidden = tuple(replace(fact, value=None) for fact in practice.expected)
    found = accuracy(Liar(blunt.measured), [replace(practice, expected=hidden)])
    assert any("occlusion_length" in fault and "nobody" in fault for fault in found.faults())


def test_a_backend_that_refuses_is_left_to_review_and_right_where_nothing_can_be_seen(practice):
    class Refusing(Liar):
        def measure(self, _request, _progress) -> Never:
            raise BackendError(Problem(Place("study"), "there is no contrast"))

    found = accuracy(Refusing(None), [practice])
    assert {one.state for one in found.judged} == {"left to review"}
    assert "there is no contrast" in found.text()
    hidden = tuple(replace(fact, value=None) for fact in practice.expected)
    unseen = accuracy(Refusing(None), [replace(practice, expected=hidden)])
    assert {one.state for one in unseen.judged} == {"right"}


def test_a_study_read_from_its_files_expects_what_the_one_in_memory_expects(
    blunt, practice, tmp_path
):
    files = write_phantom(blunt.phantom, tmp_path, silent)
    read = read_case(files, practice.name)
    assert read.expected == practice.expected
    assert read.request.seeds == practice.request.seeds
    assert (read.request.volume.hu == practice.request.volume.hu).all()
