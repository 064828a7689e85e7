"""One result as one HTML file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cto_cds.advice.result import Result
from cto_cds.facts.measured import Figure
from cto_cds.report import advised, certainty, grouping, scored, wording
from cto_cds.report.associated import NO_PROBABILITY, association_tables
from cto_cds.report.bars import Scale
from cto_cds.report.names import Names, group_words
from cto_cds.report.risks import risk_lines
from cto_cds.report.sources import Sources

MEDIA_TYPES = frozenset({"image/png", "image/svg+xml"})
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure inside the file."""

    uri: str
    caption: str


def html_report(
    result: Result, figures: Sequence[Figure] = (), names: Mapping[str, str] = NO_NAMES
) -> str:
    """Return a result as one self-contained HTML file; the same result gives the same bytes.

    Args:
        result: What is reported; nothing else is said.
        figures: Pictures of the lesion.
        names: Titles of techniques and facts that the result names by id only.

    Raises:
        ValueError: A figure is neither PNG nor SVG.
    """
    known = Names(result, names)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            plan=result.recommendation,
            scale=Scale(result.recommendation.strategies),
            sources=Sources(result),
            names=known,
            advice=advised.advice_groups(result),
            barred={
                s.id: advised.barred_because(s, result) for s in result.recommendation.strategies
            },
            without_role={s.id: advised.without_role(s) for s in result.recommendation.strategies},
            otherwise_first=advised.otherwise_first(result),
            turning=advised.turnings(result, known),
            changes=advised.changes(result, known),
            stability=advised.stability_line(result, known),
            pictures=[_picture(figure) for figure in figures],
            to_review=grouping.to_review(result),
            forbidden=grouping.forbidden(result),
            held_back=grouping.held_back(result),
            care=grouping.device_cautions(result),
            facts=grouping.fact_groups(result),
            shelf=scored.shelf(result),
            risks=[risk_lines(strategy, result) for strategy in result.recommendation.strategies],
            associations=association_tables(result.associations),
            no_probability=NO_PROBABILITY,
            assumptions=certainty.assumptions(result),
            style_digest=_style_digest(),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cto_cds.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters |= {
        "span": wording.span,
        "amount": wording.amount,
        "number": wording.number,
        "branch": wording.branch_words,
        "shortened": wording.shortened,
        "outcomes": grouping.outcome_table,
        "total": scored.total,
        "grades": scored.grades,
        "published": scored.published,
        "band": scored.band,
        "shares": certainty.shares,
        "item_share": certainty.item_share,
        "group": group_words,
    }
    environment.tests |= {
        "either_way": wording.either_way,
        "on_unverified": grouping.rests_on_unverified,
    }
    return environment


def _shown(value: object) -> object:
    """Nothing is ever shown as blank; text from outside loses its control characters."""
    if value is None:
        return wording.UNKNOWN
    if isinstance(value, str) and not isinstance(value, Markup):
        return wording.clean(value)
    return value


def _picture(figure: Figure) -> Picture:
    if figure.media_type not in MEDIA_TYPES:
        raise ValueError(f"{figure.name} is {figure.media_type}; a figure is PNG or SVG")
    content = base64.b64encode(figure.content).decode("ascii")
    return Picture(f"data:{figure.media_type};base64,{content}", figure.caption)


def _style_digest() -> str:
    """Return the hash by which the page admits its own style and no other."""
    style = resources.files("cto_cds.report").joinpath("report.css").read_bytes()
    digest = hashlib.sha256(style).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
