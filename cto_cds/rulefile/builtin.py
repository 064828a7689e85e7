"""Where the built-in rules are: inside an installed package, or beside its source."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from cto_cds.errors import Place, Problem, RuleFileError
from cto_cds.rulefile.load import Layer

NAME = "built-in"


def builtin_folder() -> Path:
    """Return the folder of the built-in rules.

    Raises:
        RuleFileError: The installation is incomplete.
    """
    package = Path(str(resources.files("cto_cds")))
    for folder in (package / "rule_pack", package.parent / "rules"):
        if (folder / "vocabulary.yaml").is_file():
            return folder
    found = "the built-in rules are not where they belong"
    raise RuleFileError(Problem(Place(str(package)), found, "Install cto-cds again."))


def builtin_layer() -> Layer:
    """Return the built-in rules."""
    return Layer.of_folder(NAME, builtin_folder())
