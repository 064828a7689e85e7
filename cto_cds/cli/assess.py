"""``cto-cds assess``: a case to a ranked, explained plan, recorded before it is shown."""

from __future__ import annotations

from pathlib import Path

import typer

from cto_cds.cli.options import (
    AsJson,
    BackendName,
    CaseFile,
    CctaFile,
    CentrelineFile,
    Drafts,
    Everything,
    LocalRules,
    MaskFile,
    MaskLabel,
    PdfFile,
    PhaseName,
    PointCoordinates,
    ReportFile,
    SeedsFile,
    SeriesUid,
    Study,
)


def run(
    case: CaseFile,
    ccta: CctaFile = None,
    study: Study = None,
    centreline: CentrelineFile = None,
    seeds: SeedsFile = None,
    series: SeriesUid = None,
    phase: PhaseName = None,
    backend: BackendName = None,
    coordinates: PointCoordinates = None,
    vessel_mask: MaskFile = None,
    mask_label: MaskLabel = "",
    report: ReportFile = None,
    pdf: PdfFile = None,
    rules: LocalRules = None,
    drafts: Drafts = False,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Rank the strategies for a case and explain why.

    Exit status: 0 assessed; 1 a bad case, study or rule file, and nothing was recorded;
    2 wrong use; 3 assessed, but withheld because the record could not be written.

    Example: cto-cds assess CASE.yaml --ccta measured/measurements.json --report plan.html
    """
    from cto_cds.assess import Assessor, Settings
    from cto_cds.cli.ending import after_recording
    from cto_cds.cli.inputs import CaseInput, StudyInput, study_input
    from cto_cds.cli.installed import installed_plugins
    from cto_cds.cli.output import progress, show, write_json
    from cto_cds.cli.packs import local_layers
    from cto_cds.cli.reporting import Reports, with_answers

    settings = Settings.from_environment(drafts=drafts)
    reports = Reports(report, pdf)
    reports.check(case, ccta, centreline, seeds, vessel_mask, kept=settings.audit_folder)
    asked_study = StudyInput(
        study or Path(),
        centreline,
        seeds,
        series,
        phase,
        backend,
        coordinates,
        vessel_mask,
        mask_label,
    )
    named = study_input(asked_study, given=study is not None)
    layers = local_layers(rules, drafts=drafts)
    with Assessor(settings, installed_plugins(settings), layers) as assessor:
        with progress() as bar:
            asked = CaseInput(case, ccta, named)
            sheet, figures = asked.read(assessor.pack, assessor.registry, bar)
        result = assessor.assess(sheet)
        for_a_program = as_json and not reports.asked
        with after_recording(result.audit):
            shown = result if for_a_program else with_answers(result, assessor, sheet)
        names = assessor.pack.names()
        failures = assessor.registry.failures
    for failure in failures:
        if failure not in result.warnings:
            typer.echo(failure, err=True)
    with after_recording(result.audit):
        if as_json:
            write_json(result.to_json(indent=2))
        elif everything:
            from cto_cds.report.terminal import plan_view, scores_view

            show(plan_view(shown, names), scores_view(result))
        else:
            from cto_cds.report.brief import brief_view

            show(brief_view(shown, names))
        reports.write(shown, figures, names)
