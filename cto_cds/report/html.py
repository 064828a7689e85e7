"""One result as one HTML file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cto_cds.advice.result import Result, Source
from cto_cds.facts.measured import Figure
from cto_cds.report import certainty, going_on, grouping, scored, wording
from cto_cds.report.context import told_of
from cto_cds.report.names import group_words
from cto_cds.report.paper import letters_pt, paper_style
from cto_cds.report.sources import Sources

MEDIA_TYPES = frozenset({"image/png", "image/svg+xml"})
STYLES = ("report.css", "narrow.css", "print.css")
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure inside the file."""

    uri: str
    caption: str


@dataclass(frozen=True, slots=True)
class Page:
    """A report before it is put together.

    Attributes:
        result: What is reported.
        essentials: What is printed.
        rest: What can be unfolded on screen.
        size_pt: The size of letters at which the essentials should fit on paper.
    """

    result: Result
    essentials: Markup
    rest: Markup
    size_pt: Decimal

    def whole(self) -> str:
        """Return the report for screen and paper."""
        return self._put_together(self.rest, self.size_pt)

    def on_paper(self, size_pt: Decimal) -> str:
        """Return what is printed, in letters of this size."""
        return self._put_together(Markup(), size_pt)

    def _put_together(self, rest: Markup, size_pt: Decimal) -> str:
        # Markup: both styles are ours, and all text in them is escaped.
        styles = [Markup(_style()), Markup(paper_style(self.result, size_pt))]  # noqa: S704
        template = _environment().get_template("report.html.j2")
        return template.render(
            result=self.result, styles=styles, essentials=self.essentials, rest=rest
        )


def html_report(
    result: Result, figures: Sequence[Figure] = (), names: Mapping[str, str] = NO_NAMES
) -> str:
    """Return a result as one self-contained HTML file; the same result gives the same bytes.

    On screen the essentials come first and the rest can be unfolded below; on paper the essentials
    stand alone, on two pages.

    Args:
        result: What is reported; nothing else is said.
        figures: Pictures of the lesion; the first is printed.
        names: Titles of techniques and facts that the result names by id only.

    Raises:
        ValueError: A figure is neither PNG nor SVG.
    """
    return page_of(result, figures, names).whole()


def page_of(result: Result, figures: Sequence[Figure], names: Mapping[str, str]) -> Page:
    """Return the parts of a report.

    Raises:
        ValueError: A figure is neither PNG nor SVG.
    """
    told = told_of(result, names) | {"pictures": [_picture(figure) for figure in figures]}
    pages = _environment()
    # Markup: a template escapes all that it is given.
    essentials = Markup(pages.get_template("essentials.html.j2").render(**told))  # noqa: S704
    rest = Markup(pages.get_template("rest.html.j2").render(**told))  # noqa: S704
    return Page(result, essentials, rest, letters_pt(essentials))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cto_cds.report", "pages"),
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
        "as_printed": wording.as_printed,
        "letter": wording.letter,
        "branch": wording.branch_words,
        "shortened": wording.shortened,
        "ended": wording.ended,
        "outcomes": grouping.outcome_table,
        "told_once": grouping.told_once,
        "total": scored.total,
        "grades": scored.grades,
        "published": scored.published,
        "band": scored.band,
        "percent": certainty.percent,
        "shares": certainty.shares,
        "grade_shares": certainty.grade_shares,
        "item_share": certainty.item_share,
        "group": group_words,
        "puts_first": going_on.puts_first,
        "because_of": going_on.because_of,
        "first_of": going_on.first_of,
        "digest": _digest,
        "numbers": _numbers,
    }
    environment.tests |= {
        "either_way": wording.either_way,
        "on_unverified": grouping.rests_on_unverified,
    }
    return environment


def _numbers(found: Iterable[Source], sources: Sources) -> list[int]:
    """Return the numbers of sources, each once."""
    return sorted({sources.number(source) for source in found})


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


def _style() -> str:
    """Return the style of the page, one text for screen, phone and paper."""
    folder = resources.files("cto_cds.report").joinpath("pages")
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in STYLES)


def _digest(style: str) -> str:
    """Return the hash by which the page admits its own style and no other."""
    digest = hashlib.sha256(style.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
