"""``cto-cds demo``: one case from a CT series to a recorded plan, on synthetic images."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cto_cds.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cto_cds.advice.result import Result
    from cto_cds.assess import Settings
    from cto_cds.facts.measured import Figure
    from cto_cds.hookspecs import PracticeStudy
    from cto_cds.registry import Registry

CASE_FILE = "demo_case.yaml"
WRITTEN = {
    "study": "Synthetic CT study",
    "description": "What it shows",
    "case": "Case",
    "measurements": "CT facts",
    "result": "Result as JSON",
    "report": "Report",
    "pdf": "Its printed pages",
    "audit": "Audit store",
    "replayed": "Replayed",
}


def run(
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where everything is written.")
    ] = Path("demo"),
    study: Annotated[
        str | None,
        typer.Option("--study", metavar="NAME", help="Which practice study; none: the first."),
    ] = None,
    open_report: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the report when a person is watching.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Make a synthetic CT study, measure it, and plan the case of an invented patient.

    Everything stays below FOLDER, with an audit store of its own.
    """
    import json
    from importlib import resources

    from cto_cds.assess import Assessor, Settings
    from cto_cds.cli.ending import after_recording
    from cto_cds.cli.inputs import CaseInput, StudyInput
    from cto_cds.cli.installed import installed_plugins, off_standard_output
    from cto_cds.cli.output import (
        check_folder,
        print_json,
        progress,
        refuse_existing,
        show,
        write_file,
    )
    from cto_cds.cli.reporting import with_answers
    from cto_cds.report.brief import brief_view
    from cto_cds.report.html import html_report

    check_folder(out)
    chosen = Settings.from_environment()
    settings = Settings(home=out / "home", plugins=chosen.plugins)
    case = out / "case.yaml"
    content = resources.files("cto_cds.cli").joinpath(CASE_FILE).read_text(encoding="utf-8")
    if not (case.is_file() and case.read_text(encoding="utf-8") == content):
        refuse_existing(case, "It is not that of the demo: name another folder with --out.")
        write_file(case, content)
    with Assessor(settings, installed_plugins(settings)) as assessor:
        practice = _practice(assessor.registry, study)
        with progress() as report:
            with off_standard_output():
                files = practice.write(out / "study", report)
            measured = StudyInput(files.dicom, files.centreline).measure(assessor.registry, report)
        for figure in measured.figures:
            write_file(out / figure.name, figure.content)
        document = json.dumps(measured.document(with_figures=True), indent=2, ensure_ascii=False)
        write_file(out / "measurements.json", document + "\n")
        asked = CaseInput(case, out / "measurements.json")
        sheet, figures = asked.read(assessor.pack, assessor.registry, lambda _stage, _share: None)
        result = assessor.assess(sheet)
        shown = with_answers(result, assessor, sheet)
        names = assessor.pack.names()
    page, pdf = out / "report.html", out / "report.pdf"
    with after_recording(result.audit):
        write_file(out / "result.json", result.to_json(indent=2) + "\n")
        write_file(page, html_report(shown, figures, names))
        printed = _printed(pdf, shown, figures, names)
        if not as_json:
            show(brief_view(shown, names))
    written = {
        "study": str(files.dicom),
        "description": practice.description,
        "case": str(case),
        "measurements": str(out / "measurements.json"),
        "result": str(out / "result.json"),
        "report": str(page),
        "pdf": printed,
        "audit": str(settings.audit_folder),
        "replayed": _replayed(settings, result.audit.record) if result.audit else "no record",
    }
    if as_json:
        print_json(written)
        return
    typer.echo()
    for name, label in WRITTEN.items():
        typer.echo(f"{label:20s} {written[name]}")
    typer.echo(
        f"\nTry next: CTO_CDS_HOME={settings.home} cto-cds audit verify\n"
        f"          cto-cds explain {case} --ccta {out / 'measurements.json'}"
    )
    if open_report and sys.stdout.isatty():
        typer.launch(str(page.resolve()))


def _printed(
    pdf: Path, result: Result, figures: tuple[Figure, ...], names: Mapping[str, str]
) -> str:
    """Write the PDF, and return where it is, or why there is none."""
    from cto_cds.cli.output import write_file
    from cto_cds.errors import ReportError
    from cto_cds.report.pdf import pdf_report

    try:
        write_file(pdf, pdf_report(result, figures, names))
    except ReportError as fault:
        return f"none. {fault}"
    return str(pdf)


def _replayed(settings: Settings, record: int) -> str:
    """Decide the record again, and say that it gives the same answer.

    Raises:
        AuditError: It gives another answer.
    """
    from cto_cds.assess import replay
    from cto_cds.errors import AuditError, Place, Problem

    if replay(settings, record).same:
        return f"record {record} gives the same answer, byte for byte"
    place = Place(str(settings.audit_folder), key=f"record {record}")
    mend = "Compare them with 'cto-cds audit replay --json', and report this."
    raise AuditError(Problem(place, "decided again, it gives another answer", mend))


def _practice(registry: Registry, name: str | None) -> PracticeStudy:
    """Return the practice study of a name, or the first one."""
    studies: list[tuple[str, PracticeStudy]] = registry.collect("cto_cds_practice_studies")
    if not studies:
        message = "no plugin offers a practice study; install cto-cds-ccta ('make env' does)"
        raise typer.BadParameter(message)
    found = [study for _, study in studies if name in {None, study.name}]
    if not found:
        names = ", ".join(study.name for _, study in studies)
        message = f"no practice study is called '{name}'; there are: {names}"
        raise typer.BadParameter(message)
    return found[0]
