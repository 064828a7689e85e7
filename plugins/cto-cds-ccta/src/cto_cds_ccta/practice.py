"""Practice studies: synthetic, each written into a folder with its truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.hookspecs import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cto_cds.hookspecs import PracticeCase, PracticeFiles

    from cto_cds_ccta.phantom.design import Design


AS_DESIGNED = Scanner()


@dataclass(frozen=True, slots=True)
class PhantomStudy:
    """One practice study.

    Attributes:
        name: Lower-case name, or a seed.
        description: What it shows, in one sentence.
        scanner: How it is scanned.
    """

    name: str
    description: str
    scanner: Scanner = AS_DESIGNED

    def design(self) -> Design:
        """Return what the study is drawn from.

        Raises:
            StudyError: It cannot be scanned as asked.
        """
        from cto_cds_ccta.phantom.battery import design
        from cto_cds_ccta.phantom.gallery import GALLERY
        from cto_cds_ccta.phantom.scanner import scanned_by

        drawn = design(int(self.name)) if self.name.isdecimal() else GALLERY[self.name]
        return scanned_by(drawn, self.scanner)

    def write(self, folder: Path, progress: Callable[[str, float], None]) -> PracticeFiles:
        """Draw the study and write its series, line, seed points and truth.

        Args:
            folder: Made when it does not exist.
            progress: Called with the stage and the share done.

        Raises:
            OSError: The folder cannot be written.
        """
        from cto_cds_ccta.phantom.study import make_phantom
        from cto_cds_ccta.phantom.write import write_phantom

        return write_phantom(make_phantom(self.design(), progress), folder, progress)

    def case(self, progress: Callable[[str, float], None]) -> PracticeCase:
        """Draw the study in memory, with its own line and its seed points."""
        from cto_cds_ccta.phantom.memory import practice_case
        from cto_cds_ccta.phantom.study import make_phantom

        return practice_case(make_phantom(self.design(), progress))


PRACTICE = (
    PhantomStudy(
        "long-calcified-bend",
        "Right coronary artery, 24 mm, blunt stump, heavy calcium and a bend above 45 degrees.",
    ),
    PhantomStudy("short-tapered-soft", "10 mm, tapered stump, no calcium, nearly straight."),
    PhantomStudy("long-tapered-ring", "31 mm, tapered stump, a ring of calcium in its middle."),
    PhantomStudy("two-occlusions", "11 and 8 mm with 9 mm of open vessel between."),
    PhantomStudy(
        "side-branches",
        "16 mm with a branch at each cap and one before, a collateral and a vein beside it.",
    ),
    PhantomStudy(
        "c-shaped-rca", "22 mm in a C-shaped vessel from the aorta, myocardium and lung beside it."
    ),
    PhantomStudy("hairpin-bend", "18 mm in a thin vessel that turns back."),
    PhantomStudy("full-moon", "17 mm with a piece that is all calcium."),
    PhantomStudy(
        "faint-distal-vessel",
        "19 mm, weak contrast beyond it, the distal vessel narrow and diseased.",
    ),
    PhantomStudy("in-stent", "15 mm inside a stent."),
    PhantomStudy("patent", "No occlusion at all."),
    PhantomStudy("no-contrast", "14 mm, scanned without contrast."),
    PhantomStudy("table-step", "18 mm, a slab of slices moved sideways."),
    PhantomStudy("low-voltage", "15 mm with a plate, at 80 kV."),
    PhantomStudy("thick-slices", "20 mm, slices of 2 mm and a soft kernel."),
)


@dataclass(frozen=True, slots=True)
class Battery:
    """Draws the named studies, and a patient by chance for any other seed."""

    name: str = "battery"
    description: str = (
        "Any whole number is a seed: 1000 to 1999 are for tuning, 9000 to 9799 are reserved for "
        "final figures."
    )

    def study(self, wanted: str, scanner: Scanner) -> PhantomStudy | None:
        """Return the study of a name or seed; None when ``wanted`` is neither.

        Raises:
            StudyError: It cannot be scanned like this.
        """
        from cto_cds_ccta.phantom.scanner import checked

        checked(scanner)
        if wanted.isascii() and wanted.isdecimal():
            return PhantomStudy(str(int(wanted)), "A vessel by chance.", scanner)
        for named in PRACTICE:
            if named.name == wanted:
                return PhantomStudy(named.name, named.description, scanner)
        return None
