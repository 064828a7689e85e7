"""The contract between cto_cds and its plugins.

A plugin is an installed distribution with an entry point in the group ``cto_cds``. Hooks hand
over objects; they must be quick and must not read files or the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cto_cds.advice.result import Result
    from cto_cds.dicom.volume import Volume
    from cto_cds.errors import Problem
    from cto_cds.facts.measured import Measurements, PointLpsMm
    from cto_cds.rulefile.pack import Pack

GROUP = "cto_cds"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a backend can measure a study, and if not, why not and what would help."""

    possible: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Centreline:
    """A line along the vessel, proximal end first.

    Attributes:
        points_lps_mm: Shape (n, 3).
        outer_radius_mm: Shape (n,), the radius of the outer wall; None when not known.
        source: Where it comes from, such as a file name.
    """

    points_lps_mm: NDArray[np.float64]
    outer_radius_mm: NDArray[np.float64] | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Points a person placed in the vessel: one on each side of the occlusion, and between.

    Attributes:
        proximal_lps_mm: In the open vessel before the occlusion.
        distal_lps_mm: In the open vessel behind it.
        waypoints_lps_mm: Between the two, in this order.
        proximal_reference_lps_mm: Where the proximal diameter is measured; None where the
            backend chooses.
        distal_reference_lps_mm: The same for the distal diameter.
    """

    proximal_lps_mm: PointLpsMm
    distal_lps_mm: PointLpsMm
    waypoints_lps_mm: tuple[PointLpsMm, ...] = ()
    proximal_reference_lps_mm: PointLpsMm | None = None
    distal_reference_lps_mm: PointLpsMm | None = None


@dataclass(frozen=True, slots=True)
class VesselMask:
    """A mask of the whole vessel, its outer wall included, that another program drew.

    Attributes:
        path: A file of whatever kind the backend reads.
        label: Which label of it, by number or name; empty for the only one.
    """

    path: Path
    label: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What to measure: a volume, and where the vessel is.

    A backend that does not read masks says so in ``supports`` when there is one.

    Attributes:
        volume: The CT.
        centreline: A line along the vessel.
        seeds: Points in the vessel.
        mask: A mask of the vessel.
        name: What a person calls it, such as a case and a vessel, for the heads of pictures. It
            is as a person entered it, or empty, and never comes from the headers of the CT.
    """

    volume: Volume
    centreline: Centreline | None = None
    seeds: Seeds | None = None
    mask: VesselMask | None = None
    name: str = ""


class Backend(Protocol):
    """Turns a study into facts. Never gives clinical advice."""

    @property
    def name(self) -> str:
        """A stable lower-case name; it appears in every fact and in the audit record."""

    @property
    def version(self) -> str:
        """The version of the measuring code."""

    def supports(self, request: Request) -> Support:
        """Say yes, or no with a reason a user can act on. Must not raise."""

    def measure(self, request: Request, progress: Callable[[str, float], None]) -> Measurements:
        """Return every fact that can be measured, and every doubt with its reason.

        Args:
            request: What to measure.
            progress: Called with the stage and the share done, 0 to 1.

        Raises:
            BackendError: The request was supported but could not be measured.
        """


@dataclass(frozen=True, slots=True)
class Review:
    """What a person may confirm or change, and what a backend needs to measure again with it.

    Attributes:
        measurements: What was measured without a person.
        document: The marks that the facts rest on, as JSON that a person can edit.
        state: What the backend keeps between the two runs; nobody else reads it.
    """

    measurements: Measurements
    document: Mapping[str, object]
    state: bytes


@runtime_checkable
class ReviewingBackend(Protocol):
    """A backend that measures again, quickly, with what a person confirmed or changed."""

    def review(self, request: Request, progress: Callable[[str, float], None]) -> Review:
        """Measure, and hand back what a person may edit.

        Raises:
            BackendError: The request was supported but could not be measured.
        """

    def again(
        self,
        state: bytes,
        edits: Mapping[str, object],
        progress: Callable[[str, float], None],
        *,
        draw: bool = True,
    ) -> Measurements:
        """Measure again with edits; facts that rest on them are ``confirmed`` or ``edited``.

        Args:
            state: What :meth:`review` handed back.
            edits: Its document after a person edited it.
            progress: Called with the stage and the share done.
            draw: Whether pictures are wanted; numbers alone are quicker.

        Raises:
            BackendError: An edit is impossible, or the state is not one of this backend.
        """


@dataclass(frozen=True, slots=True)
class RulePack:
    """A folder of rule files that adds to the built-in rules, or replaces some by their id."""

    name: str
    folder: Path


class RuleCheck(Protocol):
    """A further check of rule files, run by ``cto-cds check``."""

    @property
    def name(self) -> str:
        """What the check is about."""

    def check(self, pack: Pack) -> Iterable[Problem]:
        """Yield what is wrong with the rules in force."""


class AuditSink(Protocol):
    """A further place for audit records, such as a log server of the institution."""

    @property
    def name(self) -> str:
        """Where the records go."""

    def send(self, record: bytes) -> None:
        """Take one record as canonical JSON. It is already durable in the store."""


@dataclass(frozen=True, slots=True)
class PracticeFiles:
    """The files of a practice study.

    Attributes:
        dicom: The folder of the series.
        centreline: The line through the vessel as CSV.
        truth: What is true of it as JSON. With a list ``facts``, each like :class:`Expected`, the
            conformance kit holds any backend to it.
        seeds: Points that a person placed, as JSON; None when there are none.
    """

    dicom: Path
    centreline: Path
    truth: Path
    seeds: Path | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a measurement of a practice study should find.

    Attributes:
        name: A fact name of the vocabulary.
        value: The true number or word; None when the image does not show it and any value is wrong.
        unit: The unit of the vocabulary; empty for words and counts.
        within: The largest error of a number that still is right.
    """

    name: str
    value: float | int | str | None
    unit: str = ""
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """A practice study in memory: what to measure, and what should be found."""

    name: str
    request: Request
    expected: tuple[Expected, ...]


class PracticeStudy(Protocol):
    """A synthetic CT study with known truth, for demonstration and tests."""

    @property
    def name(self) -> str:
        """A short lower-case name."""

    @property
    def description(self) -> str:
        """What lesion it shows."""

    def write(self, folder: Path, progress: Callable[[str, float], None]) -> PracticeFiles:
        """Write DICOM series, centreline and truth below a folder."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """How a phantom is to be scanned. None leaves it as the phantom has it.

    Attributes:
        blur_mm: Point spread, full width at half maximum.
        noise_hu: Standard deviation of the noise.
        tube_voltage_kv: Tube voltage.
        slice_mm: Distance and thickness of the slices.
    """

    blur_mm: float | None = None
    noise_hu: float | None = None
    tube_voltage_kv: int | None = None
    slice_mm: float | None = None


class PhantomSource(Protocol):
    """Draws practice studies on demand: each of its named ones, and one for any seed."""

    @property
    def name(self) -> str:
        """A short lower-case name."""

    @property
    def description(self) -> str:
        """Which seeds there are and what they are for, in one sentence."""

    def study(self, wanted: str, scanner: Scanner) -> PracticeStudy | None:
        """Return the study of a name or a seed, scanned as asked; None when it knows neither.

        Raises:
            StudyError: It cannot be scanned like this.
        """


class Hooks(Protocol):
    """Everything a plugin may implement. Each is optional; the names start with ``cto_cds_``."""

    @hookspec
    def cto_cds_backends(self) -> Iterable[Backend]:
        """Return the quantification backends of this plugin."""

    @hookspec
    def cto_cds_practice_studies(self) -> Iterable[PracticeStudy]:
        """Return the practice studies of this plugin."""

    @hookspec
    def cto_cds_phantom_sources(self) -> Iterable[PhantomSource]:
        """Return what draws practice studies on demand."""

    @hookspec
    def cto_cds_rule_packs(self) -> Iterable[RulePack]:
        """Return folders of rule files of this plugin."""

    @hookspec
    def cto_cds_rule_checks(self) -> Iterable[RuleCheck]:
        """Return further checks of rule files."""

    @hookspec
    def cto_cds_audit_sinks(self) -> Iterable[AuditSink]:
        """Return places to which each audit record is also sent."""

    @hookspec
    def cto_cds_result(self, result: Result) -> None:
        """Take a finished result, after its audit record is durable. It cannot be changed."""


HANDED_OVER: Mapping[str, type] = {
    "cto_cds_backends": Backend,
    "cto_cds_practice_studies": PracticeStudy,
    "cto_cds_phantom_sources": PhantomSource,
    "cto_cds_rule_packs": RulePack,
    "cto_cds_rule_checks": RuleCheck,
    "cto_cds_audit_sinks": AuditSink,
}
"""What each hook that hands over something hands over; it is checked before it is used."""
