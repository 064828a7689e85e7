"""What studies found, with the models of one measure beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cto_cds.advice.result import Association

NO_PROBABILITY = (
    "These are directions, not probabilities: the odds ratios are not multiplied and no "
    "probability is computed from them."
)
MODELS = ("adjusted", "crude")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of this case: what each model of the study found."""

    title: str
    value: str
    per: str
    direction: str
    by_model: dict[str, Association]

    @property
    def any_model(self) -> Association:
        """One of the models, for what they share."""
        return next(iter(self.by_model.values()))


@dataclass(frozen=True, slots=True)
class Table:
    """What one study found for one end-point."""

    endpoint: str
    population: str
    rows: tuple[Row, ...]

    @property
    def directions(self) -> dict[str, list[str]]:
        """The measures by direction; one that was counted in two ways says in which."""
        titles = [row.title for row in self.rows]
        found: dict[str, list[str]] = {}
        for row in self.rows:
            told = f"{row.title} (per {row.per})" if titles.count(row.title) > 1 else row.title
            found.setdefault(row.direction, []).append(told)
        return found


def association_tables(found: Sequence[Association]) -> list[Table]:
    """Return the associations by end-point and population, a row for each measure."""
    tables: dict[tuple[str, str, str], dict[tuple[str, ...], dict[str, Association]]] = {}
    for one in found:
        rows = tables.setdefault((one.endpoint, one.population, one.source.cite), {})
        key = (one.title, one.value, one.per, one.verified)
        rows.setdefault(key, {})[one.model] = one
    return [
        Table(endpoint, population, tuple(_row(models) for models in rows.values()))
        for (endpoint, population, _), rows in tables.items()
    ]


def _row(by_model: dict[str, Association]) -> Row:
    one = next(iter(by_model.values()))
    told = {model: by_model[model].direction for model in MODELS if model in by_model}
    if len(set(told.values())) == 1:
        direction: str = one.direction
    else:
        direction = "; ".join(f"{model}: {found}" for model, found in told.items())
    return Row(one.title, one.value, one.per, direction, by_model)
