"""Text files that a person or another program wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.errors import Place, Problem, StudyError
from cto_cds.facts.opening import text_of

if TYPE_CHECKING:
    from pathlib import Path

FARTHEST_MM = 1e6
"""No scanner reaches so far; such a coordinate is a mistake."""


def read_text(path: Path) -> str:
    """Return the text of a small file.

    Raises:
        StudyError: It cannot be read or is not UTF-8.
    """
    try:
        return text_of(path, "utf-8-sig")
    except OSError as error:
        found = f"cannot be read: {error.strerror}"
        raise StudyError(Problem(Place(str(path)), found, "Give a file you can read.")) from error
    except UnicodeDecodeError as error:
        raise StudyError(
            Problem(Place(str(path)), "is not text in UTF-8", "Save it as text in UTF-8.")
        ) from error
