"""Packs made of the good rules with some files replaced or added."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

import pytest
from strategies import built_in_layer

from cto_cds.errors import Problem, RuleFileError
from cto_cds.facts.document import Node, parse
from cto_cds.rulefile.cache import LoadCache
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.versions import VERSIONS

TRIAL = "algorithms/trial/index.yaml"
POLICY = "policy/ranking.yaml"


class Remembered(LoadCache):
    """Parses and proves each text once in a test process."""

    PROVED: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__(None)

    def parse(self, text: str, source: str, **_without: str) -> Node:
        return _parsed(text, source)

    def holds(self, proof: str) -> bool:
        return proof in self.PROVED

    def proved(self, proofs: Iterable[str]) -> None:
        self.PROVED.update(proofs)


@functools.cache
def _parsed(text: str, source: str) -> Node:
    return parse(text, source)


def _with(changes: Mapping[str, str | None]) -> Layer:
    texts = {**built_in_layer().texts, VERSIONS: None, **changes}
    if TRIAL in changes:
        weighed = "\nalgorithms:\n  - {id: trial, weight: 1}\n"
        texts[POLICY] = texts[POLICY].replace("\nalgorithms:\n", weighed)
    return Layer("built-in", {path: text for path, text in texts.items() if text is not None})


@pytest.fixture(scope="session")
def pack_with() -> Callable[..., Pack]:
    """Return a function that loads the good rules with files replaced, added or left out (None).

    An algorithm ``trial`` gets its weight in the policy, and recorded versions are left out.
    """

    def load(changes: Mapping[str, str | None], *local: Layer, drafts: bool = False) -> Pack:
        return load_pack([_with(changes), *local], drafts=drafts, rows=False, cache=Remembered())

    return load


@pytest.fixture(scope="session")
def refused(pack_with: Callable[..., Pack]) -> Callable[..., list[Problem]]:
    """Return a function that loads a bad pack and returns all that is told about it."""

    def load(changes: Mapping[str, str | None], *local: Layer) -> list[Problem]:
        with pytest.raises(RuleFileError) as caught:
            pack_with(changes, *local)
        return list(caught.value.problems)

    return load
