"""What the measurements say under the names of the vocabulary: each a fact or a doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt, MeasuredFact

from cto_cds_ccta.measure.branches import Unsure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cto_cds_ccta.measure.branches import Branch

Reading = MeasuredFact | Doubt
"""A fact, or the reason why there is none."""

NEEDS_REVIEW = "needs review"
"""What stands in the place of a number that is in doubt."""

ANSWER = (
    "Enter yes or no under ccta in the case file; branches in review.json confirms values, and "
    "here there is none."
)
NOT_SEEN_IS_NOT_NONE = (
    "Branches behind an occlusion are often missed, also in synthetic studies: a person has to "
    f"look before it is said that there is none. {ANSWER}"
)
_TOUCHES = "Something {how} touches the vessel {where}, {at} mm along the line"
_WHY = {
    Unsure.FAINT: ("faintly bright", "; it may be a branch."),
    Unsure.TISSUE: (
        "bright",
        (
            ". It does not stand out as contrast from what lies along the vessel on that side, so "
            "it may be a branch or heart muscle."
        ),
    ),
    Unsure.WEAK: (
        "bright",
        ", but contrast is so weak there that a branch is not told from heart muscle.",
    ),
}


def why_unsure(branches: Iterable[Branch], where: str) -> str | None:
    """Return why the widest of what may be a branch is not told as one; None where all are sure."""
    doubtful = [(one, one.unsure) for one in branches if one.unsure is not None]
    if not doubtful:
        return None
    widest, unsure = max(doubtful, key=lambda each: each[0].radius_mm)
    how, because = _WHY[unsure]
    return _TOUCHES.format(how=how, where=where, at=f"{widest.at_mm:.1f}") + because
