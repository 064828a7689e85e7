"""The sentences that stand on the pictures; they come from a data file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

_FILE, _TITLES = "words.yaml", "titles.yaml"


@cache
def _document(name: str) -> dict[str, object]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    document: dict[str, object] = YAML(typ="safe", pure=True).load(text)
    return document


def words(name: str, **values: object) -> str:
    """Return a sentence, with its values filled in."""
    text = str(_document(_FILE)[name])
    return text.format(**values) if values else text


def title_of(fact: str) -> str:
    """Return the name of a fact as the tables of measurements write it."""
    return str(_document(_TITLES).get(fact, fact.replace("_", " ")))
