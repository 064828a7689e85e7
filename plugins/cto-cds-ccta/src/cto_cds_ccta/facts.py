"""Measured numbers become facts, or doubts where a number would be a guess."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt, MeasuredFact

from cto_cds_ccta.measure.caps import PLACED_SD_MM
from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.occlusion import REFERENCE_MM

if TYPE_CHECKING:
    from cto_cds.dicom.volume import SeriesInfo

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread

TAPERED_FROM_MM = 2.5
BLUNT_UP_TO_MM = 1.2
WALL_IS_IN = (
    "Everything from -30 HU inside the outer wall between the caps, the wall included; what is "
    "darker is fat."
)
CALCIFIED = CLASSES[-1]
FROM_351 = (
    "Everything from 351 HU between the caps, as it appears in the image, with its blur; calcium "
    "by half of its own brightness has another volume."
)
OF_THE_IMAGE = "As the classes appear in the image, with its blur; not the material."


def facts_of(found: Occlusion, sd: Spread, info: SeriesInfo) -> tuple[MeasuredFact, ...]:
    """Return every number of an occlusion as a fact; doubts are sorted out later."""
    content, chalk = found.content, found.calcium
    half_maximum = "Border of calcium at half of its own brightness, not at 351 HU."
    facts = [
        _fact("occlusion_length", found.length_mm, "mm", sd.length_mm, _length_note(found)),
        _fact("max_bend", found.bend.angle_deg, "deg", sd.bend_deg),
        _fact("plaque_volume", content.plaque_mm3, "mm3", sd.plaque_mm3, WALL_IS_IN),
        _fact(
            "percent_atheroma_volume",
            content.atheroma_percent,
            "%",
            sd.atheroma_percent,
            "Plaque over vessel volume between the caps; an occlusion has no lumen, and what is "
            "missing to 100 % is darker than plaque.",
        ),
    ]
    classes = zip(CLASSES, content.class_mm3, sd.class_mm3, strict=True)
    facts += [
        _fact(f"{name}_volume", v, "mm3", s, FROM_351 if name == CALCIFIED else OF_THE_IMAGE)
        for name, v, s in classes
    ]
    shares = zip(CLASSES, content.share_percent, sd.share_percent, strict=True)
    facts += [_fact(f"{name}_pav", v, "%", s, OF_THE_IMAGE) for name, v, s in shares]
    facts += [
        _fact(
            "calcium_area_fraction",
            chalk.max_area_percent,
            "%",
            sd.calcium_area_percent,
            half_maximum,
        ),
        _fact("calcium_arc", chalk.max_arc_deg, "deg", sd.calcium_arc_deg, half_maximum),
        _fact(
            "proximal_vessel_diameter",
            2 * found.proximal_lumen.lumen_radius_mm,
            "mm",
            sd.proximal_lumen_mm,
            _lumen_at("5 mm proximal to the cap and its taper", found, "S"),
        ),
        _fact(
            "distal_vessel_diameter",
            2 * found.distal_lumen.lumen_radius_mm,
            "mm",
            sd.distal_lumen_mm,
            _lumen_at("5 mm beyond the distal cap and its taper", found, "E"),
        ),
    ]
    facts += _words(found)
    if info.tube_voltage_kv is not None:
        facts.append(_fact("tube_voltage", info.tube_voltage_kv, "kV", None))
    return tuple(facts)


def _length_note(found: Occlusion) -> str:
    """Return why a length is less certain where a person moved a cap."""
    if not (found.proximal.moved or found.distal.moved):
        return ""
    return f"A cap that a person moved is taken as known to {PLACED_SD_MM} mm."


def _lumen_at(usual: str, found: Occlusion, letter: str) -> str:
    """Return where a lumen was measured: at the usual place, or elsewhere because of a person."""
    proximal = letter == "S"
    placed_mm = found.places.before_mm if proximal else found.places.behind_mm
    if placed_mm is not None:
        return f"Lumen. Where a person put the reference, {placed_mm:.1f} mm along the line."
    first, last = found.first.proximal, found.last.distal
    cap, piece = (first, found.before) if proximal else (last, found.behind)
    at = float(found.vessel.line.arc_mm[piece].mean())
    if cap.placed and abs(abs(at - cap.at_mm) - cap.taper_mm - REFERENCE_MM) > STEP_MM:
        return f"Lumen. At {letter}, {at:.1f} mm along the line, where it was before the cap moved."
    return f"Lumen. {usual}."


def _words(found: Occlusion) -> list[MeasuredFact]:
    """Return the stump, where the taper is clear, and how often contrast is interrupted."""
    words = []
    tapers = [each.proximal.taper_mm for each in found.lesions]
    stump = stump_of(tapers[0])
    if stump is not None and all(stump_of(taper) == stump for taper in tapers):
        over = " and ".join(f"{taper:.1f}" for taper in tapers)
        note = f"The lumen narrows over {over} mm before the proximal cap."
        words.append(MeasuredFact("stump", stump, note=note))
    note = f"Closed along the line: {closed_pieces(found)}."
    if len(found.gaps_mm) > 1:
        note += (
            " P and D are the caps of the longest. Calcium and the sharpest bend are those of the "
            "occlusion that has most; bends of the open vessel between do not count."
        )
    caps = found.proximal, found.distal
    placed = [f"{cap.at_mm:.1f}" for cap in caps if abs(cap.moved_mm) > PLACED_SD_MM]
    if placed:
        which = "the cap" if len(placed) == 1 else "the caps"
        note += f" A person placed {which} at {' and '.join(placed)} mm."
    words.append(MeasuredFact("occlusion_count", len(found.gaps_mm), note=note))
    return words


def closed_pieces(found: Occlusion) -> str:
    """Return where the vessel is closed, in words, the same wherever it is told."""
    return ", ".join(f"{start:.1f} to {end:.1f} mm" for start, end in found.closed_mm)


def stump_of(taper_mm: float) -> str | None:
    """Return the word for a stump that narrows over a length; None between two words."""
    if taper_mm >= TAPERED_FROM_MM:
        return "tapered"
    return "blunt" if taper_mm <= BLUNT_UP_TO_MM else None


def _fact(name: str, value: float, unit: str, sd: float | None, note: str = "") -> MeasuredFact:
    """Return a fact with as many decimals as its unit deserves."""
    step = Decimal("0.01") if name.endswith("_diameter") else Decimal("0.1")
    if unit == "kV":
        step = Decimal(1)
    return MeasuredFact(
        name=name,
        value=Decimal(repr(float(value))).quantize(step),
        unit=unit,
        sd=None if sd is None else max(Decimal(repr(float(sd))).quantize(step), step),
        note=note,
    )


def doubt_all(names: tuple[str, ...], because: str) -> list[Doubt]:
    """Return the same doubt for several facts."""
    return [Doubt(name, because) for name in names]
