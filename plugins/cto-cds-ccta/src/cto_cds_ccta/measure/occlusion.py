"""The whole measurement of one occlusion, from volume and line to numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.measure.agreement import Agreement, agreement
from cto_cds_ccta.measure.bend import Bend, sharpest_bend
from cto_cds_ccta.measure.calcium import Calcium, calcium
from cto_cds_ccta.measure.caps import (
    Cap,
    Levels,
    find_cap,
    hidden_by_calcium,
    placed_cap,
)
from cto_cds_ccta.measure.checks import (
    OUTERMOST,
    check_caps,
    check_contrast,
    check_even,
    check_gaps,
)
from cto_cds_ccta.measure.composition import Composition, composition
from cto_cds_ccta.measure.gaps import find_gaps
from cto_cds_ccta.measure.lumen import (
    END_MM,
    Rings,
    before_blur_hu,
    core_hu,
    core_spread_hu,
    fit_rings,
    noise_hu,
    sections_between,
)
from cto_cds_ccta.measure.several import along, has_length, is_clear, outside
from cto_cds_ccta.measure.straight import StraightVessel

if TYPE_CHECKING:
    from collections.abc import Callable
INFLATED = 1.25
"""From this multiple of the noise at the ends on, what looks like noise is disease as well."""

CLEAR_MM = 2.0
REFERENCE_MM = 5.0
REFERENCE_HALF_MM = 1.25


@dataclass(frozen=True, slots=True)
class Places:
    """Where a person put caps and references, as positions on the line; None where nowhere.

    Attributes:
        proximal_mm: The proximal cap.
        distal_mm: The distal cap.
        before_mm: The middle of the proximal reference.
        behind_mm: The middle of the distal reference.
    """

    proximal_mm: float | None = None
    distal_mm: float | None = None
    before_mm: float | None = None
    behind_mm: float | None = None


NOWHERE = Places()


@dataclass(frozen=True, slots=True)
class Occlusion:
    """Everything measured of one occlusion, without judgement.

    Where the vessel is closed more than once, each occlusion is measured as the only one would be.
    The longest then stands for all: caps, levels and content are its own; calcium and the sharpest
    bend are the worst of all; before is before the first of them, and behind is behind the last.

    Attributes:
        vessel: The straightened vessel.
        hidden: Where calcium hides contrast, shape as ``vessel.hu``.
        gaps_mm: Every piece of the line without contrast; caps belong to the longest.
        main_gap_mm: The piece without contrast that this occlusion is, roughly.
        levels: Contrast, noise and blur.
        proximal: Where contrast ends.
        distal: Where contrast returns.
        bend: The sharpest bend between the caps.
        content: Volumes between the caps.
        calcium: Calcium between the caps.
        proximal_lumen: Lumen proximal to the cap and its taper.
        distal_lumen: Lumen beyond the distal cap and its taper.
        before: The sections of the proximal reference.
        behind: The sections of the distal reference.
        proximal_fit: How line and wall agree with the image before the occlusion.
        distal_fit: How they agree behind it.
        places: What a person placed.
        parts: Each occlusion of the vessel, from the proximal one on; empty for one of them alone.
        chalk_mm: Between where calcium was looked for, if not from cap to cap.
    """

    vessel: StraightVessel
    hidden: NDArray[np.bool_]
    gaps_mm: list[tuple[float, float]]
    main_gap_mm: tuple[float, float]
    levels: Levels
    proximal: Cap
    distal: Cap
    bend: Bend
    content: Composition
    calcium: Calcium
    proximal_lumen: Rings
    distal_lumen: Rings
    before: slice
    behind: slice
    proximal_fit: Agreement
    distal_fit: Agreement
    places: Places = NOWHERE
    parts: tuple[Occlusion, ...] = ()
    chalk_mm: tuple[float, float] | None = None

    @property
    def lesions(self) -> tuple[Occlusion, ...]:
        """Each occlusion that was measured, from the proximal one on."""
        return self.parts or (self,)

    @property
    def first(self) -> Occlusion:
        """The occlusion at which the vessel is closed first."""
        return self.lesions[0]

    @property
    def last(self) -> Occlusion:
        """The occlusion behind which the vessel stays open."""
        return self.lesions[-1]

    @property
    def unclear_mm(self) -> list[tuple[float, float]]:
        """Further pieces without contrast that were not measured as an occlusion."""
        measured = {each.main_gap_mm for each in self.lesions}
        others = outside(self.gaps_mm, self.proximal, self.distal)
        return [gap for gap in others if gap not in measured]

    @property
    def closed_mm(self) -> list[tuple[float, float]]:
        """Every piece without contrast: from cap to cap where it was measured, else roughly.

        Roughly is where the brightness of the core crosses a threshold, which a cap does not do
        where it narrows, or where the blur reaches.
        """
        caps = {each.main_gap_mm: (each.proximal.at_mm, each.distal.at_mm) for each in self.lesions}
        return [caps.get(gap, gap) for gap in sorted(self.gaps_mm)]

    @property
    def length_mm(self) -> float:
        """From cap to cap along the line."""
        return self.distal.at_mm - self.proximal.at_mm

    def point(self, at_mm: float) -> NDArray[np.float64]:
        """Return the point at a position on the line, LPS in mm, shape (3,)."""
        line = self.vessel.line
        return np.array([np.interp(at_mm, line.arc_mm, axis) for axis in line.points_lps_mm.T])


def measure_occlusion(
    vessel: StraightVessel,
    source: str,
    progress: Callable[[str, float], None],
    places: Places = NOWHERE,
) -> Occlusion:
    """Measure the occlusions in a straightened vessel; the longest stands for all.

    Args:
        vessel: The straightened vessel.
        source: Where its line comes from, for messages.
        progress: Called with the stage and the share done.
        places: What a person placed; the rest is found.

    Raises:
        BackendError: The vessel cannot be measured.
    """
    line = vessel.line
    radius = line.outer_radius_mm
    progress("find the caps", 0.3)
    total = float(line.arc_mm[-1])
    core = core_hu(vessel)
    ends = (sections_between(vessel, 0, END_MM), sections_between(vessel, total - END_MM, total))
    first, last = (float(np.median(core[end])) for end in ends)
    radii = (float(np.median(radius[:OUTERMOST])), float(np.median(radius[-OUTERMOST:])))
    check_contrast(first, last, radii, source)
    check_even(vessel, ends, source)
    levels = Levels(first, last, noise_hu(vessel, *ends), fit_rings(vessel, ends[0]).fwhm_mm)
    hidden = hidden_by_calcium(vessel, levels)
    gaps = find_gaps(core, core_spread_hu(vessel), _hidden_share(vessel, hidden), levels)
    check_gaps(gaps, total, source)
    progress("measure the occlusion", 0.6)
    longest = max(gaps, key=lambda each: each[1] - each[0])
    noise = levels.noise_hu
    closed = {longest: _closed(vessel, core, gaps, longest, noise, places)}
    proximal, distal = closed[longest].caps
    check_caps(proximal.at_mm, distal.at_mm, source)
    for gap in outside(gaps, proximal, distal):
        other = _closed(vessel, core, gaps, gap, noise, NOWHERE) if is_clear(gap, total) else None
        if other is not None and has_length(*other.caps):
            closed[gap] = other
    order = sorted(closed)
    lesions = {
        gap: _measured(
            vessel,
            gaps,
            gap,
            closed[gap],
            before_mm=places.before_mm if gap == order[0] else None,
            behind_mm=places.behind_mm if gap == order[-1] else None,
        )
        for gap in order
    }
    return _standing_for(lesions[longest], tuple(lesions.values()), places)


def _clear_beside(
    vessel: StraightVessel, gaps: list[tuple[float, float]], gap: tuple[float, float]
) -> tuple[float, float]:
    """Return how far it is from a gap to the next on each side; without end where there is none."""
    total = float(vessel.line.arc_mm[-1])
    before, behind = open_beside(gaps, gap, total)
    return (
        np.inf if before >= gap[0] else before,
        np.inf if gap[1] + behind >= total else behind,
    )


@dataclass(frozen=True, slots=True)
class _Closed:
    """Where a piece of the vessel is closed.

    Attributes:
        levels: Contrast, noise and blur beside it.
        hidden: Where calcium hides contrast.
        caps: Where contrast ends and where it returns.
    """

    levels: Levels
    hidden: NDArray[np.bool_]
    caps: tuple[Cap, Cap]


def _closed(
    vessel: StraightVessel,
    core: NDArray[np.float64],
    gaps: list[tuple[float, float]],
    gap: tuple[float, float],
    noise_at_ends_hu: float,
    places: Places,
) -> _Closed:
    """Find the caps of a gap, or take them where a person put them."""
    before, behind = open_beside(gaps, gap, float(vessel.line.arc_mm[-1]))
    levels = _levels_near(vessel, core, gap, (before, behind), noise_at_ends_hu)
    hidden = hidden_by_calcium(vessel, levels)
    proximal, distal = (
        find_cap(vessel, levels, hidden, gap, distal=far, open_mm=beside)
        if at is None
        else placed_cap(vessel, levels, hidden, gap, at, distal=far, open_mm=beside)
        for far, beside, at in (
            (False, before, places.proximal_mm),
            (True, behind, places.distal_mm),
        )
    )
    return _Closed(levels, hidden, (proximal, distal))


def _measured(
    vessel: StraightVessel,
    gaps: list[tuple[float, float]],
    gap: tuple[float, float],
    closed: _Closed,
    *,
    before_mm: float | None,
    behind_mm: float | None,
) -> Occlusion:
    """Measure between two caps, and the references before and behind them."""
    levels, (proximal, distal) = closed.levels, closed.caps
    beside = _clear_beside(vessel, gaps, gap)
    entry = reference(vessel, proximal, at_mm=before_mm)
    leave = reference(vessel, distal, distal=True, at_mm=behind_mm)
    return Occlusion(
        vessel=vessel,
        hidden=closed.hidden,
        gaps_mm=gaps,
        main_gap_mm=gap,
        levels=levels,
        proximal=proximal,
        distal=distal,
        bend=sharpest_bend(vessel.line, proximal.at_mm, distal.at_mm),
        content=composition(vessel, proximal.at_mm, distal.at_mm, levels.noise_hu),
        calcium=calcium(vessel, proximal.at_mm, distal.at_mm, levels),
        proximal_lumen=fit_rings(
            vessel, entry, levels.fwhm_mm, lumen_hu=full_hu(vessel, entry, levels, distal=False)
        ),
        distal_lumen=fit_rings(
            vessel, leave, levels.fwhm_mm, lumen_hu=full_hu(vessel, leave, levels, distal=True)
        ),
        before=entry,
        behind=leave,
        proximal_fit=agreement(vessel, proximal, levels, distal=False, open_mm=beside[0]),
        distal_fit=agreement(vessel, distal, levels, distal=True, open_mm=beside[1]),
    )


def _standing_for(longest: Occlusion, lesions: tuple[Occlusion, ...], places: Places) -> Occlusion:
    """Return the longest occlusion with what has to be told of all of them."""
    if len(lesions) == 1:
        return replace(longest, places=places)
    first, last = lesions[0], lesions[-1]
    return replace(
        longest,
        bend=max((each.bend for each in lesions), key=lambda bend: bend.angle_deg),
        calcium=along(longest.vessel, [each.calcium for each in lesions]),
        proximal_lumen=first.proximal_lumen,
        distal_lumen=last.distal_lumen,
        before=first.before,
        behind=last.behind,
        proximal_fit=first.proximal_fit,
        distal_fit=last.distal_fit,
        places=places,
        parts=lesions,
    )


def open_beside(
    gaps_mm: list[tuple[float, float]], gap_mm: tuple[float, float], total_mm: float
) -> tuple[float, float]:
    """Return how much open vessel lies before and behind a gap, up to the next gaps."""
    before = max((end for _, end in gaps_mm if end <= gap_mm[0]), default=0.0)
    behind = min((start for start, _ in gaps_mm if start >= gap_mm[1]), default=total_mm)
    return gap_mm[0] - before, behind - gap_mm[1]


def reference(
    vessel: StraightVessel, cap: Cap, *, distal: bool = False, at_mm: float | None = None
) -> slice:
    """Return the 2.5 mm of patent vessel around 5 mm away from the cap and its taper.

    Args:
        vessel: The straightened vessel.
        cap: The cap.
        distal: Whether it is the distal one.
        at_mm: Where a person put the reference.
    """
    away = cap.taper_mm + REFERENCE_MM
    middle = cap.at_mm + away if distal else cap.at_mm - away
    middle = middle if at_mm is None else at_mm
    low = max(middle - REFERENCE_HALF_MM, 0.0)
    return sections_between(vessel, low, max(middle + REFERENCE_HALF_MM, low + REFERENCE_HALF_MM))


def full_hu(vessel: StraightVessel, piece: slice, levels: Levels, *, distal: bool) -> float:
    """Return contrast at a reference as it would be without the blur."""
    seen = levels.distal_hu if distal else levels.proximal_hu
    outer = float(vessel.line.outer_radius_mm[piece].mean())
    return before_blur_hu(seen, outer, levels.fwhm_mm)


def _hidden_share(vessel: StraightVessel, hidden: NDArray[np.bool_]) -> NDArray[np.float64]:
    core = vessel.inside(0.5)
    count = np.maximum(core.sum(axis=(1, 2)), 1)
    return np.asarray((hidden & core).sum(axis=(1, 2)) / count, dtype=np.float64)


def _levels_near(
    vessel: StraightVessel,
    core: NDArray[np.float64],
    gap: tuple[float, float],
    open_mm: tuple[float, float],
    noise_at_ends_hu: float,
) -> Levels:
    """Return contrast close to the occlusion, beyond a taper, and noise and blur of open vessel.

    Args:
        vessel: The straightened vessel.
        core: Brightness of the core of each section.
        gap: The occlusion, roughly.
        open_mm: How much open vessel lies before and behind it.
        noise_at_ends_hu: Noise at the ends of the line, where no disease makes it look larger.
    """
    total = float(vessel.line.arc_mm[-1])
    first = max(gap[0] - open_mm[0] + (CLEAR_MM if open_mm[0] < gap[0] else 0.0), 0.0)
    last = min(gap[1] + open_mm[1] - (CLEAR_MM if gap[1] + open_mm[1] < total else 0.0), total)
    before = sections_between(vessel, max(gap[0] - 18, first), max(gap[0] - 8, first + 3))
    behind = sections_between(vessel, min(gap[1] + 3, last - 3), min(gap[1] + 13, last))
    entry = sections_between(vessel, first, max(gap[0] - 8, first + 3))
    leave = sections_between(vessel, min(gap[1] + 3, last - 3), last)
    near_hu = noise_hu(vessel, entry, leave)
    return Levels(
        proximal_hu=float(np.median(core[before])),
        distal_hu=float(np.median(core[behind])),
        noise_hu=near_hu if near_hu < INFLATED * noise_at_ends_hu else noise_at_ends_hu,
        fwhm_mm=fit_rings(vessel, entry).fwhm_mm,
    )
