"""Published figures, as an outcome prints them: ``92.5``, ``0.4 to 9.4`` or ``< 1``."""

from __future__ import annotations

import re
from decimal import Decimal

from cto_cds.facts.document import MapNode, Node, TextNode
from cto_cds.facts.fields import NUMBER, Notebook, describe

FIGURE = re.compile(
    rf"((<=|>=|<|>) )?(?P<one>{NUMBER.pattern})"
    rf"|(?P<low>{NUMBER.pattern}) to (?P<high>{NUMBER.pattern})"
)
PARTS = ("one", "low", "high")
HOW = "Write it like '92.5', '0.4 to 9.4' or '< 1', without the unit."


def check_figures(outcome: Node, book: Notebook) -> None:
    """Note each value of an outcome that is no figure, or no share when its unit is %."""
    if not isinstance(outcome, MapNode):
        return
    unit, values = outcome.get("unit"), outcome.get("values")
    percent = isinstance(unit, TextNode) and unit.text == "%"
    for key, node in values.entries if isinstance(values, MapNode) else ():
        text = node.text if isinstance(node, TextNode) else ""
        match = FIGURE.fullmatch(text)
        if match is None:
            book.note(node, f"the value for '{key.text}' is no figure but {describe(node)}", HOW)
            continue
        numbers = [Decimal(number) for name in PARTS if (number := match[name])]
        if numbers != sorted(numbers):
            found = f"the value for '{key.text}' runs backwards: {text}"
            book.note(node, found, "Write the lower figure first.")
        if percent and not all(0 <= number <= 100 for number in numbers):
            found = f"the value for '{key.text}' is no share of a hundred: {text} %"
            book.note(node, found, "A value in % lies between 0 and 100.")
