"""Calcium: where it lies, how severe, and a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt, MeasuredFact

from cto_cds_ccta.measure.chalk import OVER_CONTRAST_HU, within_reach_of_caps

if TYPE_CHECKING:
    from cto_cds_ccta.measure.chalk import Chalk, ChalkPart
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread
    from cto_cds_ccta.readings import Reading

SEVERE_PERCENT = 50.0
"""Severe calcification: more than half of a cross-section (Xing 2022, table S2)."""
NO_SCORE = (
    "A CTA cannot give an Agatston score, and what a CTA score would count needs review here. "
    "Enter the score of a scan without contrast."
)
FAINT = (
    "Something is brighter than fibrous plaque usually is; it may be a plate too thin to be seen "
    "as calcium."
)


def calcium_readings(found: Occlusion, chalk: Chalk, area_sd_percent: float) -> list[Reading]:
    """Return calcium at the caps and between, its severity, and what a score would say."""
    readings = [
        _part("calcium_proximal_cap", chalk.proximal_cap),
        _part("calcium_body", chalk.body),
        _part("calcium_distal_cap", chalk.distal_cap),
        _severity(found, chalk, area_sd_percent),
        Doubt("calcium_score", _score(chalk)),
    ]
    if chalk.faint and found.calcium.max_arc_deg == 0.0:
        readings += [Doubt(name, FAINT) for name in ("calcium_area_fraction", "calcium_arc")]
    return readings


def cap_calcium_doubts(found: Occlusion, sd: Spread) -> list[Reading]:
    """Return a doubt where calcium is at a cap if the cap lies where it may lie, farther in."""
    off = [(each.proximal_mm, each.distal_mm) for each in sd.lesions]
    proximal, distal = within_reach_of_caps(found, off)
    return [
        Doubt(
            name,
            f"Whether calcium lies at the {where} is too close to tell: with that cap farther in "
            f"by the {max(offs):.1f} mm by which it may be off, {part.volume_mm3:.1f} mm3 of "
            f"calcium, over up to {part.arc_deg:.0f} degrees, lie there.",
        )
        for name, where, part, offs in (
            ("calcium_proximal_cap", "proximal cap", proximal, [first for first, _ in off]),
            ("calcium_distal_cap", "distal cap", distal, [last for _, last in off]),
        )
        if part.seen and not part.sliver
    ]


def _score(chalk: Chalk) -> str:
    """Return what the calcium of the artery would score, and what was not counted."""
    least, besides = "", ""
    if chalk.uncounted_mm:
        where = ", ".join(f"{start:.0f} to {end:.0f} mm" for start, end in chalk.uncounted_mm)
        least = "at least "
        besides = (
            f" Not counted: at {where} one side of the wall is brighter than the rest of its "
            "round, by calcium too thin to tell from contrast, or by a vessel that touches it."
        )
    return (
        f"A CTA cannot give an Agatston score. The CTA score of this artery is {least}"
        f"{chalk.cta_score:.0f}: {chalk.artery_mm3:.0f} mm3 of calcium in slices of 3 mm, weighted "
        "by 4, between the caps by half of its own brightness, in open vessel by "
        f"{OVER_CONTRAST_HU:.0f} HU over the contrast there.{besides} It is not equivalent. Enter "
        "the score of a scan without contrast."
    )


def _part(name: str, part: ChalkPart) -> Reading:
    if part.trace:
        return MeasuredFact(name, "none", note="Only the edge of calcium beside it reaches here.")
    if part.seen or part.volume_mm3 > 0:
        because = (
            f"Calcium: {part.volume_mm3:.1f} mm3, up to {part.area_percent:.0f} % of a "
            f"cross-section and {part.arc_deg:.0f} degrees, with its border at half of its own "
            "brightness, not from 351 HU as the dense calcium volume. Grades from mild to severe "
            "have no published limits for one site, so a person grades it."
        )
        return Doubt(name, because)
    if part.faint:
        return Doubt(name, FAINT)
    return MeasuredFact(name, "none", note="No calcium is seen.")


def _severity(found: Occlusion, chalk: Chalk, sd_percent: float) -> Reading:
    """Return the grade where the share of calcium leaves no doubt about it.

    What is above half, but within two deviations, is severe by its share, and every sentence
    says so: the share is a fact with its deviation, and the grade is left to a person.
    """
    name, area = "calcification", found.calcium.max_area_percent
    if found.calcium.max_arc_deg == 0.0:
        if chalk.faint:
            return Doubt(name, FAINT)
        return MeasuredFact(name, "none", note="No calcium is seen in the occlusion.")
    share = f"{area:.0f} % of a cross-section (sd {sd_percent:.0f})"
    if area - 2 * sd_percent > SEVERE_PERCENT:
        note = f"Calcium fills {share}; severe is more than 50 % (Xing 2022)."
        return MeasuredFact(name, "severe", note=note)
    if area > SEVERE_PERCENT:
        because = (
            f"By its share, {share}, the calcium is severe, which is more than 50 % (Xing 2022). "
            f"But 50 % lies within two sd, and a blur of {found.levels.fwhm_mm:.1f} mm makes "
            "calcium look larger, so a person confirms the grade."
        )
        return Doubt(name, because)
    because = (
        f"Calcium fills up to {share}; severe is more than 50 % (Xing 2022), and what is mild or "
        "moderate has no published limit."
    )
    return Doubt(name, because)
