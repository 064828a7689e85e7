"""Reading a folder that is refused, and what the user is told."""

from __future__ import annotations

import pytest

from cto_cds.dicom.series import read_series
from cto_cds.errors import StudyError


def refusal(folder, **choice: str) -> str:
    """Return what a user reads when the folder is refused."""
    with pytest.raises(StudyError) as caught:
        read_series(folder, **choice)
    assert caught.value.problems
    assert all(problem.found and problem.mend for problem in caught.value.problems)
    return str(caught.value)


def has(message: str, *words: str) -> None:
    for word in words:
        assert word in message
