"""What evaluate.py found over all phantoms, and the rows of the table that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

CLASSES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")
Numbers = dict[str, list[tuple[float, float]]]


@dataclass
class Tally:
    """What was found over all phantoms of one blur; each list holds (found, true).

    ``within`` says for each number whether the truth lies within two standard deviations.
    """

    phantoms: int = 0
    refused: int = 0
    flagged: int = 0
    silent: int = 0
    seconds: list[float] = field(default_factory=list)
    path: list[tuple[bool, bool]] = field(default_factory=list)
    off_mm: list[float] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)
    pairs: Numbers = field(default_factory=dict)
    again: Numbers = field(default_factory=dict)
    within: dict[str, list[bool]] = field(default_factory=dict)
    words: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, name: str, found: float, true: float) -> None:
        """Keep a found and a true number."""
        self.pairs.setdefault(name, []).append((found, true))


def icc(pairs: list[tuple[float, float]]) -> float:
    """Return the intraclass correlation of absolute agreement, single measurement: ICC(2,1)."""
    values = np.array(pairs)
    count = len(values)
    if count < 3:
        return float("nan")
    mean, rows, columns = values.mean(), values.mean(axis=1), values.mean(axis=0)
    between = 2 * np.sum((rows - mean) ** 2) / (count - 1)
    observers = count * np.sum((columns - mean) ** 2)
    rest = np.sum((values - rows[:, None] - columns[None, :] + mean) ** 2) / (count - 1)
    scale = between + rest + 2 * (observers - rest) / count
    return float((between - rest) / scale) if scale > 0 else float("nan")


def told(tally: Tally) -> list[tuple[str, str, str]]:
    """Return rows of the table: quantity, target, measured."""
    rows: list[tuple[str, str, str]] = []
    path = np.array(tally.path).reshape(-1, 2)
    shares = 100 * path.mean(axis=0) if len(path) else [0, 0]
    rows.append(
        ("path, 2 clicks / 1 waypoint", ">= 95 / 99 %", f"{shares[0]:.0f} / {shares[1]:.0f} %")
    )
    rows.append(
        (
            "centreline mean / overlap",
            "<= 0.15 mm / 0.98",
            f"{_mean(tally.off_mm):.2f} / {_mean(tally.overlap):.3f}",
        )
    )
    for kind, target in (("blunt", "0.8"), ("tapered", "1.0"), ("proximal", ""), ("distal", "")):
        rows.append((f"cap, {kind}, mean error", f"<= {target} mm", _mae(tally, f"cap, {kind}")))
    rows += _number_rows(tally)
    rows += _word_rows(tally)
    for name, pairs in tally.again.items():
        rows.append(
            (f"test and retest, {name}, ICC", ">= 0.97", f"{icc(pairs):.3f} ({len(pairs)})")
        )
    for name, near in tally.within.items():
        share = f"{100 * np.mean(near):.0f} % of {len(near)}"
        rows.append((f"within 2 sd, {name}", "95 %", share))
    rows.append(("seconds of one core", "<= 3 (two cores)", f"{_mean(tally.seconds):.1f}"))
    rows.append(("refused", "", f"{tally.refused} of {tally.phantoms}"))
    names = (
        "occlusion_length",
        "calcium_arc",
        "proximal_vessel_diameter",
        "distal_vessel_diameter",
    )
    given = ", ".join(str(len(tally.pairs.get(name, []))) for name in names)
    rows.append(("with a value: length, arc, two diameters", "", f"{given} of {tally.phantoms}"))
    rows.append(("length flagged", "", f"{tally.flagged} of {tally.phantoms}"))
    rows.append(("length wrong by > 5 mm, not flagged", "<= 1 %", f"{tally.silent}"))
    return rows


def _number_rows(tally: Tally) -> list[tuple[str, str, str]]:
    pairs, length = tally.pairs, "occlusion_length"
    rows = [
        (
            "length: MAE, P95, ICC",
            "1.0, 2.5 mm, 0.98",
            ", ".join(
                [_mae(tally, length), _p95(tally, length), f"{icc(pairs.get(length, [])):.3f}"]
            ),
        ),
        (
            "length class 15 / 20 mm",
            ">= 97 %",
            " / ".join(_agree(tally, "occlusion_length", limit) for limit in (15, 20)),
        ),
        ("bend: MAE", "<= 3 deg", _mae(tally, "max_bend")),
        (
            "bend over 45 deg / outside +-5 deg",
            ">= 98 / 100 %",
            f"{_agree(tally, 'max_bend', 45)} / {_agree(tally, 'max_bend', 45, 5)}",
        ),
        ("plaque volume: bias, MAE, ICC", "5 %, 8 %, 0.97", _volume(tally)),
    ]
    for name in CLASSES:
        rows.append(
            (f"{name} volume: ICC", ">= 0.95", f"{icc(pairs.get(f'{name}_volume', [])):.3f}")
        )
        rows.append(
            (
                f"{name} share: MAE, P95",
                "3 (0.7 mm), 5 (1.0); 8, 12",
                f"{_mae(tally, f'{name}_pav')}, {_p95(tally, f'{name}_pav')}",
            )
        )
    area, arc = "calcium_area_fraction", "calcium_arc"
    false = [f for f, t in pairs.get(arc, []) if t == 0 and f > 0]
    missed = [t for f, t in pairs.get(arc, []) if f == 0 and t > 0]
    rows += [
        ("calcium area: MAE", "<= 6 points", _mae(tally, area)),
        ("calcium area over 50 %", ">= 96 %", _agree(tally, area, 50)),
        ("calcium arc: MAE", "<= 10 deg", _mae(tally, arc)),
        (
            "calcium arc over 180 deg / full moon",
            ">= 97 / 98 %",
            f"{_agree(tally, arc, 180)} / {_agree(tally, arc, 340)}",
        ),
        ("calcium that is not there / missed", "0", f"{len(false)} / {len(missed)}"),
    ]
    for name in ("proximal_vessel_diameter", "distal_vessel_diameter"):
        rows.append(
            (f"{name}: bias, MAE", "0.10, 0.2 mm", f"{_bias(tally, name)}, {_mae(tally, name)}")
        )
    rows.append(("distal_stenosis: MAE", "", _mae(tally, "distal_stenosis")))
    return rows


def _word_rows(tally: Tally) -> list[tuple[str, str, str]]:
    rows = []
    for name, pairs in tally.words.items():
        clear = [(f, t) for f, t in pairs if f != "review"]
        right = sum(f == t for f, t in clear)
        text = f"{right} of {len(clear)} right, {len(pairs) - len(clear)} in review"
        if {"yes", "no"} & {t for _, t in pairs}:
            yes = [f for f, t in clear if t == "yes"]
            no = [f for f, t in clear if t == "no"]
            text += f"; yes {yes.count('yes')}/{len(yes)}, no {no.count('no')}/{len(no)}"
        rows.append((name, ">= 95 %", text))
    return rows


def _errors(tally: Tally, name: str) -> np.ndarray:
    pairs = np.array(tally.pairs.get(name, [])).reshape(-1, 2)
    return np.asarray(pairs[:, 0] - pairs[:, 1])


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _mae(tally: Tally, name: str) -> str:
    error = _errors(tally, name)
    return f"{np.abs(error).mean():.2f}" if len(error) else "-"


def _bias(tally: Tally, name: str) -> str:
    error = _errors(tally, name)
    return f"{error.mean():+.2f}" if len(error) else "-"


def _p95(tally: Tally, name: str) -> str:
    error = _errors(tally, name)
    return f"{np.percentile(np.abs(error), 95):.2f}" if len(error) else "-"


def _volume(tally: Tally) -> str:
    pairs = np.array(tally.pairs.get("plaque_volume", [])).reshape(-1, 2)
    if not len(pairs):
        return "-"
    error = 100 * (pairs[:, 0] / pairs[:, 1] - 1)
    pairs_list = tally.pairs["plaque_volume"]
    return f"{error.mean():+.1f} %, {np.abs(error).mean():.1f} %, {icc(pairs_list):.3f}"


def _agree(tally: Tally, name: str, limit: float, clear: float = 0.0) -> str:
    pairs = [(f, t) for f, t in tally.pairs.get(name, []) if abs(t - limit) >= clear]
    if not pairs:
        return "-"
    return f"{100 * np.mean([(f >= limit) == (t >= limit) for f, t in pairs]):.0f} %"
