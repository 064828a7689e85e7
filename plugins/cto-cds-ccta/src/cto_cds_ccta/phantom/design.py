"""What a phantom is made of."""

from __future__ import annotations

from dataclasses import dataclass

from cto_cds_ccta.phantom.parts import (
    SOFT,
    Bend,
    Branch,
    Narrowing,
    Neighbour,
    Plaque,
    Plate,
    Second,
    Stent,
    TableStep,
)


@dataclass(frozen=True, slots=True)
class Lesion:
    """An occlusion at its place on the line.

    Attributes:
        start_mm: Position of the proximal cap.
        end_mm: Position of the distal cap.
        proximal_taper_mm: Over which the lumen narrows before it.
        distal_taper_mm: Over which it widens behind it.
        plaque: The soft part.
        plates: The calcified part, positions from the proximal cap.
    """

    start_mm: float
    end_mm: float
    proximal_taper_mm: float
    distal_taper_mm: float
    plaque: Plaque
    plates: tuple[Plate, ...]

    @property
    def length_mm(self) -> float:
        """From cap to cap."""
        return self.end_mm - self.start_mm


@dataclass(frozen=True, slots=True)
class Design:
    """A vessel with its occlusions, what lies around it, and the scanner that sees it.

    All brightness is that at 120 kV; iodine and calcium are scaled to the tube voltage.

    Attributes:
        name: Name of the phantom.
        seed: Decides the noise, the orientation, the placing of the seed points and the UIDs.
        repeat: Another scan of the same patient: new noise and newly placed seed points.
        entry_mm: Length of patent vessel before the proximal cap.
        length_mm: From cap to cap; 0 is a patent vessel.
        exit_mm: Length of patent vessel behind the distal cap.
        proximal_radius_mm: Outer radius at the beginning.
        distal_radius_mm: Outer radius at the end.
        remodelling_mm: Change of the outer radius in the middle of the occlusion.
        proximal_taper_mm: Over which the lumen narrows to nothing; 0 is blunt.
        distal_taper_mm: The same beyond the distal cap.
        wall_mm: Thickness of the wall of the patent vessel.
        wall_hu: Its brightness.
        proximal_hu: Contrast before the occlusion.
        distal_hu: Contrast behind it.
        fade_hu_per_mm: Loss of contrast along the vessel.
        plaque: The soft part.
        plates: The calcified part.
        bends: Turns beyond the gentle curve around the heart.
        second: A second occlusion.
        stent: A stent in the first occlusion.
        branches: Side branches.
        neighbours: Vessels beside this one.
        narrowings: Stenoses beyond the last distal cap.
        diffuse_share: Loss of lumen diameter all along the vessel beyond that cap.
        distal_plates: Calcium beyond that cap, positions from it.
        heart_radius_mm: Radius of that curve; small is a C, as a right coronary artery makes.
        myocardium_gap_mm: Distance from the outer wall to the myocardium; negative is inside it.
        myocardium_wave_mm: How much that distance swings to and fro along the vessel.
        chamber_mm: Thickness of the myocardium before a chamber with contrast; 0 is no chamber.
        lung_mm: Distance from the outer wall to the lung on the other side; 0 is no lung.
        aorta: Whether the vessel begins in the aorta.
        contrast: Whether contrast was given.
        fwhm_mm: Point spread of the scanner, full width at half maximum.
        noise_hu: Standard deviation of the noise.
        pixel_mm: Size of a pixel.
        slice_mm: Distance and thickness of the slices.
        tube_voltage_kv: Tube voltage, 80 to 120.
        steps: Slabs of slices that are moved.
        matrix: Rows and columns of the image; 0 is as many as the vessel needs.
    """

    name: str
    seed: int
    repeat: int = 0
    entry_mm: float = 28.0
    length_mm: float = 20.0
    exit_mm: float = 25.0
    proximal_radius_mm: float = 1.9
    distal_radius_mm: float = 1.6
    remodelling_mm: float = 0.1
    proximal_taper_mm: float = 0.0
    distal_taper_mm: float = 0.5
    wall_mm: float = 0.35
    wall_hu: float = 100.0
    proximal_hu: float = 420.0
    distal_hu: float = 290.0
    fade_hu_per_mm: float = 0.4
    plaque: Plaque = SOFT
    plates: tuple[Plate, ...] = ()
    bends: tuple[Bend, ...] = ()
    second: Second | None = None
    stent: Stent | None = None
    branches: tuple[Branch, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()
    diffuse_share: float = 0.0
    distal_plates: tuple[Plate, ...] = ()
    heart_radius_mm: float = 45.0
    myocardium_gap_mm: float = 1.5
    myocardium_wave_mm: float = 0.0
    chamber_mm: float = 0.0
    lung_mm: float = 0.0
    aorta: bool = False
    contrast: bool = True
    fwhm_mm: float = 0.7
    noise_hu: float = 25.0
    pixel_mm: float = 0.35
    slice_mm: float = 0.5
    tube_voltage_kv: int = 120
    steps: tuple[TableStep, ...] = ()
    matrix: int = 0

    @property
    def lesions(self) -> tuple[Lesion, ...]:
        """The occlusions with their places on the line, proximal first."""
        if not self.length_mm:
            return ()
        end = self.entry_mm + self.length_mm
        tapers = (self.proximal_taper_mm, self.distal_taper_mm)
        found = [Lesion(self.entry_mm, end, *tapers, self.plaque, self.plates)]
        if (other := self.second) is not None:
            start = end + other.gap_mm
            tapers = (other.proximal_taper_mm, other.distal_taper_mm)
            found.append(
                Lesion(start, start + other.length_mm, *tapers, other.plaque, other.plates)
            )
        return tuple(found)

    @property
    def exit_start_mm(self) -> float:
        """Where the vessel beyond the last occlusion begins, on the line."""
        return self.lesions[-1].end_mm if self.lesions else self.entry_mm

    @property
    def total_mm(self) -> float:
        """Length of the whole line."""
        return self.exit_start_mm + self.exit_mm
