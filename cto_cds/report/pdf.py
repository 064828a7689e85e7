"""The two printed pages of a report as a PDF."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Protocol

from cto_cds.advice.result import Result
from cto_cds.errors import Place, Problem, ReportError
from cto_cds.facts.measured import Figure
from cto_cds.report.html import NO_NAMES, Page, page_of
from cto_cds.report.paper import PAGES, SMALLEST_PT

LARGER_PT, SMALLER_PT = Decimal("0.4"), Decimal("0.2")
TIED, LOOSE = "&nbsp;<", " <"
"""A space before a mark or a reference: tied, the typesetter breaks the line at the wrong word."""

VARIANT = "pdf/ua-1"
"""Tagged, so that a screen reader can read it."""

INSTALL = (
    "Install Pango: 'apt-get install libpango-1.0-0 libpangoft2-1.0-0' on Debian, "
    "'brew install pango' on macOS. The HTML report does without."
)


class Document(Protocol):
    """Pages that are set, of the typesetter, which has no types of its own."""

    pages: Sequence[object]

    def write_pdf(self, *, pdf_variant: str) -> bytes:
        """Return them as a PDF."""


def pdf_report(
    result: Result, figures: Sequence[Figure] = (), names: Mapping[str, str] = NO_NAMES
) -> bytes:
    """Return what the HTML report prints, as a PDF; the same result gives the same bytes.

    The letters are as large as the two pages allow. The same bytes need the same fonts.

    Args:
        result: What is reported.
        figures: Pictures of the lesion; the first is printed.
        names: Titles of techniques and facts that the result names by id only.

    Raises:
        ReportError: Pango, which sets the text, is not installed.
        ValueError: A figure is neither PNG nor SVG.
    """
    set_pages = typesetter()
    page = page_of(result, figures, names)
    with _quiet():
        for size_pt in _sizes(page):
            document = set_pages(page.on_paper(size_pt).replace(TIED, LOOSE))
            if len(document.pages) <= PAGES or size_pt <= SMALLEST_PT:
                return document.write_pdf(pdf_variant=VARIANT)
    raise AssertionError("the last size is always taken")


def typesetter() -> Callable[[str], Document]:
    """Return what sets the pages of an HTML text. It opens nothing but what the text holds.

    Raises:
        ReportError: Pango is not installed.
    """
    try:
        # A second of start-up that only a PDF needs.
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as fault:
        cause = str(fault).splitlines()[0]
        found = f"a PDF cannot be made here: {cause}"
        raise ReportError(Problem(Place("PDF report"), found, INSTALL)) from None

    def set_pages(text: str) -> Document:
        inside = URLFetcher(allowed_protocols=("data",))
        document: Document = HTML(string=text, url_fetcher=inside).render()
        return document

    return set_pages


def _sizes(page: Page) -> Iterator[Decimal]:
    """Yield the sizes to try, from a little above what should fit down to what can be read."""
    size_pt = page.size_pt + LARGER_PT
    while size_pt > SMALLEST_PT:
        yield size_pt
        size_pt -= SMALLER_PT
    yield SMALLEST_PT


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what the typesetter says of style rules that are for browsers."""
    logger = logging.getLogger("weasyprint")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
