"""What stands in review as a whole, so that nothing of it is told beside the facts either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt

from cto_cds_ccta.readings.calcium import NO_SCORE
from cto_cds_ccta.readings.landing import NAMES as LANDING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AT_ENTRY = ("proximal_vessel_diameter", "side_branch_at_proximal_cap")
AT_EXIT = ("distal_vessel_diameter", "distal_cap_at_bifurcation")
ZONE = ("landing_zone", "landing_zone_diameter")
SCORE = ("artery_calcium_volume", "cta_calcium_score")
_MARKS = {
    "proximal_cap_lps_mm": AT_ENTRY,
    "proximal_reference_lps_mm": AT_ENTRY,
    "distal_cap_lps_mm": AT_EXIT,
    "distal_reference_lps_mm": AT_EXIT,
    "sharpest_bend_lps_mm": ("max_bend",),
    "landing_zone_from_lps_mm": LANDING,
    "landing_zone_to_lps_mm": LANDING,
}


def hidden_entries(doubts: Sequence[Doubt]) -> set[str]:
    """Return the entries of the study that have no number while these doubts stand."""
    because = {doubt.name: doubt.because for doubt in doubts}
    hidden = set(ZONE) if _as_one(because, LANDING) else set()
    if "calcium_area_fraction" in because:
        hidden |= set(SCORE)
    return hidden


def hidden_marks(doubts: Sequence[Doubt]) -> set[str]:
    """Return the marks whose place is in doubt."""
    because = {doubt.name: doubt.because for doubt in doubts}
    return {mark for mark, names in _MARKS.items() if _as_one(because, names)}


def score_doubts(doubts: Sequence[Doubt]) -> list[Doubt]:
    """Return the doubt about the calcium score without a number, where calcium is in review."""
    doubted = any(doubt.name == "calcium_area_fraction" for doubt in doubts)
    return [Doubt("calcium_score", NO_SCORE)] if doubted else []


def _as_one(because: Mapping[str, str], names: tuple[str, ...]) -> bool:
    """Whether facts are all in review for one reason, which is that of the place they lie at."""
    reasons = {because.get(name) for name in names}
    return len(reasons) == 1 and None not in reasons
