"""Print how far the measurement is from the truth, over phantoms drawn by chance.

    python plugins/cto-cds-ccta/tools/accuracy.py [--phantoms 24] [--first 1] [--processes 2]

Odd seeds are scanned with a point spread of 1.0 mm, even seeds with 0.7 mm, all with 25 HU noise.
A fact that is left to review counts as such and not as an error.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Centreline, Request

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.chance import random_design
from cto_cds_ccta.phantom.study import make_phantom, silent

TRUTH = {
    "occlusion_length": ("occlusion_length_mm", 1.0),
    "max_bend": ("max_bend_deg", 1.0),
    "plaque_volume": ("vessel_volume_mm3", 1.0),
    "calcium_area_fraction": ("calcium_area_fraction", 100.0),
    "calcium_arc": ("calcium_arc_deg", 1.0),
    "proximal_vessel_diameter": ("reference_lumen_diameter_mm", 1.0),
    "distal_vessel_diameter": ("distal_lumen_diameter_mm", 1.0),
}
CLASSES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")


def errors(seed: int) -> tuple[str, dict[str, tuple[float, float]]]:
    """Return a line about one phantom, and error and standard deviation of each fact."""
    phantom = make_phantom(random_design(seed, 1.0 if seed % 2 else 0.7))
    truth = phantom.truth["occlusions"][0]
    image = phantom.image
    volume = Volume(image.hu, image.affine_lps_mm, SeriesInfo("1", "2"))
    line = Centreline(phantom.line_lps_mm, phantom.outer_radius_mm, phantom.design.name)
    start = time.perf_counter()
    told = f"{seed:4d} {phantom.design.fwhm_mm:.1f} {truth['stump']:8s}"
    try:
        measured = CctaBackend().measure(Request(volume, line), silent)
    except BackendError as error:
        return f"{told} refused: {error}", {}
    spent = time.perf_counter() - start
    true = {name: truth[key] * unit for name, (key, unit) in TRUTH.items()}
    true |= {f"{name}_pav": truth["apparent_percent"][name] for name in CLASSES}
    found = {
        fact.name: (float(fact.value) - true[fact.name], float(fact.sd or 0))
        for fact in measured.facts
        if fact.name in true
    }
    if "plaque_volume" in found:
        share = 100.0 / true["plaque_volume"]
        error, sd = found["plaque_volume"]
        found["plaque_volume"] = (error * share, sd * share)
    words = {fact.name: fact.value for fact in measured.facts}
    stump = words.get("stump", "review")
    found["stump"] = (
        0.0 if stump == truth["stump"] else float("nan" if stump == "review" else 1),
        0.0,
    )
    told += f" {true['occlusion_length']:6.1f} mm {true['calcium_arc']:5.0f} deg"
    told += "".join(f" {found[name][0]:+7.2f}" if name in found else "  review" for name in true)
    return f"{told} {stump:8s} {spent:4.1f} s", found


def main() -> None:
    """Measure the phantoms and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phantoms", type=int, default=24)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.phantoms)
    names = [*TRUTH, *(f"{name}_pav" for name in CLASSES)]
    print("seed fwhm stump, true length, true calcium arc, then the errors of")
    print("   ", ", ".join(names))
    rows = []
    with ProcessPoolExecutor(chosen.processes) as pool:
        for told, found in pool.map(errors, seeds):
            print(told, flush=True)
            rows.append(found)
    print("\n| fact | measured | bias | mean abs. error | 95th percentile | within 2 sd |")
    print("|---|---|---|---|---|---|")
    for name in names:
        pairs = np.array([row[name] for row in rows if name in row])
        miss, sd = pairs[:, 0], np.maximum(pairs[:, 1], 1e-9)
        print(
            f"| `{name}` | {len(miss)} of {len(rows)} | {miss.mean():+.2f} | "
            f"{np.abs(miss).mean():.2f} | {np.percentile(np.abs(miss), 95):.2f} | "
            f"{100 * np.mean(np.abs(miss) <= 2 * sd):.0f} % |"
        )
    stumps = np.array([row["stump"][0] for row in rows if "stump" in row])
    print(
        f"\nstump: {int((stumps == 0).sum())} right, {int((stumps == 1).sum())} wrong, "
        f"{int(np.isnan(stumps).sum())} left to review"
    )


if __name__ == "__main__":
    main()
