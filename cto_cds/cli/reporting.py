"""Writing the report of an assessment, as HTML and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from cto_cds.advice.result import Result
    from cto_cds.assess import Assessor
    from cto_cds.facts.measured import Figure
    from cto_cds.facts.sheet import FactSheet


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the user wants reports."""

    html: Path | None = None
    pdf: Path | None = None

    def check(self, *inputs: Path | None, kept: Path) -> None:
        """Refuse what could not be written later, before anything is assessed.

        Args:
            inputs: Files that are read.
            kept: The folder of the records, where nothing else may write.

        Raises:
            ReportError: A PDF cannot be made on this machine.
            typer.BadParameter: A file cannot be written or must not be replaced.
        """
        from cto_cds.cli.output import check_target, need_folder

        for target in (self.html, self.pdf):
            if target is not None:
                check_target(target, *inputs, kept=kept)
                need_folder(target)
        if self.html is not None and self.html.suffix.lower() == ".pdf":
            message = f"--report writes HTML; for a PDF say --pdf {self.html}"
            raise typer.BadParameter(message)
        if self.pdf is not None:
            if self.html is not None and self.html.resolve() == self.pdf.resolve():
                message = f"--report and --pdf both name {self.pdf}; name two files"
                raise typer.BadParameter(message)
            from cto_cds.report.pdf import typesetter

            typesetter()

    def write(self, result: Result, figures: tuple[Figure, ...], names: Mapping[str, str]) -> None:
        """Write the reports, and say on standard error where."""
        from cto_cds.cli.output import told, write_file

        if self.html is not None:
            from cto_cds.report.html import html_report

            write_file(self.html, html_report(result, figures, names))
            told(self.html, "Report")
        if self.pdf is not None:
            from cto_cds.report.pdf import pdf_report

            write_file(self.pdf, pdf_report(result, figures, names))
            told(self.pdf, "PDF")

    @property
    def asked(self) -> bool:
        """Whether any report is wanted."""
        return self.html is not None or self.pdf is not None


def with_answers(result: Result, assessor: Assessor, sheet: FactSheet) -> Result:
    """Return a recorded result with what would change its first choice, which no record holds."""
    answers = assessor.evaluate(sheet, what_if=True).recommendation.what_if
    plan = result.recommendation.model_copy(update={"what_if": answers})
    return result.model_copy(update={"recommendation": plan})
