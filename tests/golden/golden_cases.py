"""Worked cases: what a case gives today, as a person reads it and as a program reads it.

Each case has a folder of its own with

    case.yaml           the facts, of an invented patient
    measurements.json   optional: what was measured on CT, as `cto-cds assess --ccta` takes it
    why.md              why this plan is right
    expected.json       the whole result, with the what-if part that `cto-cds explain` shows
    expected.txt        the whole text of the HTML report

Left out are the audit block, in the provenance the digests of program and rules and the name of the
program, and the number of rule files: they change with every edit of the source and say nothing
about the case. After a change that is meant, `python tests/golden/renew.py [CASE ...]` writes the
expected files anew; read the difference line by line before it is committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case, read_measurements
from cto_cds.facts.concluding import concluded
from cto_cds.report.html import html_report

HERE = Path(__file__).parent
LEFT_OUT = "left out"
FACTS, WHY, JSON, TEXT = "case.yaml", "why.md", "expected.json", "expected.txt"
MEASURED = "measurements.json"

SILENT = frozenset({"style", "title", "script"})
ROWS = frozenset({"tr"})
CELLS = frozenset({"td", "th"})
INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup"})
BULLETS = frozenset({"li"})


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case."""

    folder: Path

    @property
    def name(self) -> str:
        """What the case is called."""
        return self.folder.name

    def expected(self, name: str) -> str:
        """Return what was reviewed; empty when there is nothing yet."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def given_by(self, engine: Engine) -> dict[str, str]:
        """Return what the case gives today, by the file in which it is kept."""
        pack = engine.pack
        sheet = read_case(self.folder / FACTS, pack.vocabulary)
        if (self.folder / MEASURED).exists():
            sheet = sheet.joined(
                read_measurements(self.folder / MEASURED, pack.vocabulary), pack.vocabulary
            )
        sheet = concluded(sheet, pack.vocabulary)
        result = _lasting(compose(sheet, engine.decide(sheet), pack, what_if=True))
        report = html_report(result, names=pack.names())
        return {JSON: f"{result.to_json(indent=2)}\n", TEXT: as_text(report)}


def cases() -> list[Case]:
    """Return all cases by name."""
    return [Case(path.parent) for path in sorted(HERE.glob(f"*/{FACTS}"))]


def as_text(page: str) -> str:
    """Return all text of an HTML page, folded parts included: one line for each block."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return "".join(f"{line}\n" for line in reader.lines())


def _lasting(result: Result) -> Result:
    """The result without what changes although nothing about the case has changed."""
    made = result.provenance.model_copy(
        update={"software": LEFT_OUT, "code": None, "rule_pack": LEFT_OUT}
    )
    counted = r"(any|\d+) of the \d+ rule"
    warnings = tuple(re.sub(counted, "... rule", text) for text in result.warnings)
    return result.model_copy(update={"provenance": made, "audit": None, "warnings": warnings})


class _Reader(HTMLParser):
    """Keeps the words of a page and forgets how they look."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent.append(tag)
        elif tag in CELLS:
            self._parts.append(" | ")
        elif tag in BULLETS:
            self._parts.append("\n- ")
        elif re.fullmatch(r"h[1-6]", tag):
            self._parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag not in INLINE:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()
        elif tag not in INLINE | CELLS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(re.sub(r"\s+", " ", data))

    def lines(self) -> Iterator[str]:
        """Yield the lines; a blank one stands before each heading only."""
        for line in "".join(self._parts).split("\n"):
            text = " ".join(line.split()).removeprefix("| ")
            if text.startswith("#"):
                yield ""
            if text and text != "-":
                yield text
