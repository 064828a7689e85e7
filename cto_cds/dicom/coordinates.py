"""In which coordinates another program wrote its points. Never guessed."""

from __future__ import annotations

from typing import Literal, get_args

from cto_cds.errors import Place, Problem, StudyError

Coordinates = Literal["LPS", "RAS", "image"]
"""LPS and RAS are patient coordinates. ``image`` is millimetres from the centre of the first voxel,
along columns, rows and slices."""
ALL: tuple[Coordinates, ...] = get_args(Coordinates)
_MEANING = (
    "LPS is left, posterior, superior, as in DICOM; RAS is right, anterior, superior, as Slicer "
    "shows it; image is millimetres from the first voxel along columns, rows and slices"
)


def agreed(said: Coordinates | None, asked: Coordinates | None, source: str) -> Coordinates:
    """Return the coordinates of a file.

    Args:
        said: What the file says of itself; None when it says nothing.
        asked: What a user says of it; None when he says nothing.
        source: The file, for messages.

    Raises:
        StudyError: Nobody says it, or the two contradict each other. It is never guessed.
    """
    known = said or asked
    if known is None:
        found = "does not say in which coordinates its points are"
        mend = f"Say it with --coordinates {', '.join(ALL[:-1])} or {ALL[-1]}: {_MEANING}."
        raise StudyError(Problem(Place(source), found, mend))
    if said and asked and said != asked:
        found = f"says that its points are in {said}, and --coordinates says {asked}"
        raise StudyError(Problem(Place(source), found, "Leave --coordinates out."))
    return known
