"""The named peers of the vessel benchmark, SimpleITK and scikit-image. Needed by it only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

INSTALL = (
    "{name} is not installed; for the comparison: pip install -c constraints.txt -e '.[bench]'"
)
SIGMAS_MM = (0.9, 1.3, 1.8)
Point = tuple[int, int, int]
Volume = NDArray[np.float32]
Job = Callable[[], object]


def module(name: str) -> ModuleType | None:
    """Return a peer, or None without it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def load(folder: Path) -> Mapping[str, Callable[[], NDArray[np.int16]]]:
    """Return what reads a folder of one series, by the name of the peer."""
    sitk = module("SimpleITK")
    if sitk is None:
        return {}

    def read() -> NDArray[np.int16]:
        names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(names)
        return np.asarray(sitk.GetArrayFromImage(reader.Execute()))

    return {"SimpleITK ImageSeriesReader": read}


def likeness(hu: Volume, step_mm: float) -> Mapping[str, Job]:
    """Return what tells how tube-like each place is, at the same three scales."""
    jobs: dict[str, Job] = {}
    sitk, skimage = module("SimpleITK"), module("skimage.filters")
    if sitk is not None:

        def measured() -> object:
            image = sitk.GetImageFromArray(hu)
            image.SetSpacing([step_mm] * 3)
            best = None
            for sigma in SIGMAS_MM:
                calm = sitk.SmoothingRecursiveGaussian(image, sigma)
                found = sitk.ObjectnessMeasure(calm, objectDimension=1, brightObject=True)
                best = found if best is None else sitk.Maximum(best, found)
            return sitk.GetArrayViewFromImage(best)[0, 0, 0]

        jobs["SimpleITK ObjectnessMeasure"] = measured
    if skimage is not None:
        sigmas = [sigma / step_mm for sigma in SIGMAS_MM]
        jobs["scikit-image frangi"] = lambda: skimage.frangi(hu, sigmas, black_ridges=False)
    return jobs


def way(cost: Volume, stops: Sequence[Point]) -> Mapping[str, Job]:
    """Return what goes from stop to stop over the same cost; arrival times alone for SimpleITK."""
    jobs: dict[str, Job] = {}
    sitk, skimage = module("SimpleITK"), module("skimage.graph")
    if skimage is not None:
        jobs["scikit-image route_through_array"] = lambda: [
            skimage.route_through_array(cost, a, b, fully_connected=True, geometric=True)[0]
            for a, b in pairwise(stops)
        ]
    if sitk is not None:
        speed = sitk.GetImageFromArray((1.0 / cost).astype(np.float32))

        def marched() -> object:
            for a, b in pairwise(stops):
                march = sitk.FastMarchingUpwindGradientImageFilter()
                march.SetTrialPoints([a[::-1]])
                march.SetTargetPoints([b[::-1]])
                march.SetNumberOfTargets(1)
                march.Execute(speed)
            return march.GetTargetValue()

        jobs["SimpleITK FastMarchingUpwindGradient"] = marched
    return jobs


def classes(
    hu: NDArray[np.float32], volume_mm3: NDArray[np.float32], edges_hu: Sequence[float]
) -> Mapping[str, Callable[[], NDArray[np.float64]]]:
    """Return what sums the volume of voxels between limits of brightness."""
    labels = np.arange(1, len(edges_hu) + 1)
    ndimage = importlib.import_module("scipy.ndimage")
    jobs: dict[str, Callable[[], NDArray[np.float64]]] = {
        "numpy digitize, scipy sum_labels": lambda: np.asarray(
            ndimage.sum_labels(volume_mm3, np.digitize(hu, edges_hu), labels)
        )
    }
    sitk, skimage = module("SimpleITK"), module("skimage.measure")
    if sitk is not None:

        def counted() -> NDArray[np.float64]:
            image, weight = sitk.GetImageFromArray(hu), sitk.GetImageFromArray(volume_mm3)
            limits = [*edges_hu, 1e5]
            total = []
            for low, high in pairwise(limits):
                part = sitk.BinaryThreshold(image, float(low), float(np.nextafter(high, low)))
                statistics = sitk.LabelStatisticsImageFilter()
                statistics.Execute(weight, part)
                total.append(statistics.GetSum(1) if statistics.HasLabel(1) else 0.0)
            return np.array(total)

        jobs["SimpleITK BinaryThreshold, LabelStatistics"] = counted
    if skimage is not None:

        def propertied() -> NDArray[np.float64]:
            found = skimage.regionprops(np.digitize(hu, edges_hu), volume_mm3)
            sums = {one.label: float(one.image_intensity.sum()) for one in found}
            return np.array([sums.get(int(label), 0.0) for label in labels])

        jobs["scikit-image regionprops"] = propertied
    return jobs
