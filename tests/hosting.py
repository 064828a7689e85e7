"""What tests of a host share: a result without its record, and a channel that lies."""

from __future__ import annotations

from cto_cds.advice.result import Result
from cto_cds.engine.verdict import Verdict


def body(result: Result) -> str:
    return result.model_copy(update={"audit": None}).to_json()


class Liar:
    """A first channel that takes one rule the other way."""

    def __init__(self, honest) -> None:
        self._honest = honest

    def decide(self, lookup) -> Verdict:
        told = self._honest.decide(lookup)
        return Verdict.from_bytes(told.to_bytes().replace(b'/T"', b'/F"', 1))

    def close(self) -> None:
        self._honest.close()
