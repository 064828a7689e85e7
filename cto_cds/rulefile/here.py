"""A sentence that tells figures of this patient: known values, and so many times a known value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.facts.value import Quantity, Value, plain, shown

FIGURE = re.compile(r"\{(?:(\d+(?:\.\d+)?) x )?([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Text with figures in braces: ``{history.egfr}``, or ``{2 x history.egfr}`` without a unit."""

    text: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The facts that it tells, each once."""
        return tuple(dict.fromkeys(found[2] for found in FIGURE.finditer(self.text)))

    def told(self, known: Callable[[str], Value | None]) -> str:
        """Return it with its figures; empty while one of its facts is not known."""
        values = {path: known(path) for path in self.paths}

        def figure(found: re.Match[str]) -> str:
            value = values[found[2]]
            if found[1] and isinstance(value, Quantity):
                return plain(Decimal(found[1]) * value.number)
            return "" if value is None else shown(value)

        return "" if None in values.values() else FIGURE.sub(figure, self.text)


NO_SENTENCE = Sentence("")
