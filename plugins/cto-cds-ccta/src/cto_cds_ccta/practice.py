"""Practice studies: synthetic, each written into a folder with its truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cto_cds.hookspecs import PracticeFiles

    from cto_cds_ccta.phantom.design import Design


@dataclass(frozen=True, slots=True)
class PhantomStudy:
    """One practice study.

    Attributes:
        name: Lower-case name.
        description: What it shows, in one sentence.
    """

    name: str
    description: str

    def design(self) -> Design:
        """Return what the study is drawn from."""
        from cto_cds_ccta.phantom.gallery import GALLERY

        return GALLERY[self.name]

    def write(self, folder: Path, progress: Callable[[str, float], None]) -> PracticeFiles:
        """Draw the study and write ``dicom/``, ``centreline.csv`` and ``truth.json``.

        Args:
            folder: Made when it does not exist.
            progress: Called with the stage and the share done.

        Raises:
            OSError: The folder cannot be written.
        """
        from cto_cds_ccta.phantom.study import make_phantom
        from cto_cds_ccta.phantom.write import write_phantom

        return write_phantom(make_phantom(self.design(), progress), folder, progress)


PRACTICE = (
    PhantomStudy(
        "long-calcified-bend",
        "Right coronary artery, 24 mm, blunt stump, heavy calcium and a bend above 45 degrees.",
    ),
    PhantomStudy("short-tapered-soft", "10 mm, tapered stump, no calcium, nearly straight."),
    PhantomStudy("long-tapered-ring", "31 mm, tapered stump, a ring of calcium in its middle."),
)
