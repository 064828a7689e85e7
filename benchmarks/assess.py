"""Time one assessment in process, stage by stage, and the same scores in a named peer.

``python benchmarks/assess.py [--json] [--runs N]``. The peer is zen-engine (GoRules); install it
with ``pip install -c constraints.txt '.[bench]'``. Without it the script runs and says so.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from jdm import fits
from peer import INSTALL, decider, peer, refuse_unless_same
from timing import Times, in_turns

from cto_cds.advice.compose import compose
from cto_cds.assess import Assessor, Settings
from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.engine import Engine
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.rowtest import sheet_of
from cto_cds.engine.trace import trace_of
from cto_cds.facts.case import read_case
from cto_cds.facts.sheet import FactSheet
from cto_cds.rulefile.pack import Pack

HERE = Path(__file__).parent
DEMO = HERE.parent / "cto_cds" / "cli" / "demo_case.yaml"
WHOLE = ("facts to result", "assess, record durable")
STAGES = ("channel two (plain)", "channel one (durable_rules)", "trace", "compose", "JSON")
AUDIT = "audit, with waiting for the disk"
OURS, THEIRS = "scores: both channels and trace", "scores: zen-engine with trace"
AIM_MS = 8.0


def demo_sheet(pack: Pack) -> FactSheet:
    """Return the case that is timed: the demo patient with typical measurements."""
    sheet = read_case(DEMO, pack.vocabulary)
    return sheet.joined(read_case(HERE / "ccta.yaml", pack.vocabulary, named=False))


def scores_only(pack: Pack) -> Pack:
    """Return the pack with only the criteria and grades that the peer decides as well."""
    scores = tuple(replace(score, remarks=()) for score in pack.scores if fits(score))
    policy = replace(pack.policy, shifts=())
    return replace(pack, findings=(), scores=scores, algorithms=(), safety=(), policy=policy)


def stage_jobs(assessor: Assessor, sheet: FactSheet) -> dict[str, Callable[[], object]]:
    """Return the whole and its stages, each as a job of its own."""
    pack = assessor.pack
    plain, caged = PlainChannel(pack), CagedChannel(pack)
    lookup = Lookup(sheet)
    truths = plain.truths(lookup)
    verdict = plain.verdict(truths, lookup)
    with Engine(pack) as engine:
        answer = engine.decide(sheet)
    result = assessor.evaluate(sheet)
    jobs: tuple[Callable[[], object], ...] = (
        lambda: assessor.evaluate(sheet),
        lambda: plain.decide(Lookup(sheet)),
        lambda: caged.decide(Lookup(sheet)),
        lambda: trace_of(pack, lookup, truths, verdict),
        lambda: compose(sheet, answer, pack),
        result.to_json,
    )
    return dict(zip((WHOLE[0], *STAGES), jobs, strict=True))


def peer_jobs(pack: Pack, sheet: FactSheet) -> dict[str, Callable[[], object]]:
    """Return the scores as decided here and by the peer, after they were found to agree."""
    zen = peer()
    if zen is None:
        return {}
    small = scores_only(pack)
    engine = Engine(small)
    job_of = decider(zen, small.scores)
    rows = [sheet_of(row, pack) for score in small.scores for row in score.rows]
    for case in (sheet, *rows):
        refuse_unless_same(engine.decide(case), job_of(case)()["result"], small.scores)
    return {OURS: lambda: engine.decide(sheet), THEIRS: job_of(sheet)}


def shares(times: Mapping[str, Times]) -> dict[str, float]:
    """Return what part of an assessment each stage is; the audit is all that the rest leaves."""
    evaluate, assess = (times[name] for name in WHOLE)
    stages = {name: times[name].cpu for name in STAGES}
    stages[AUDIT] = assess.p50 - evaluate.cpu - times["JSON"].cpu
    return {name: round(ms / assess.p50, 3) for name, ms in stages.items()}


def ratios(times: Mapping[str, Times]) -> dict[str, float]:
    """Return processor time here as a multiple of the peer's; nothing without the peer."""
    if THEIRS not in times:
        return {}
    compared = {"the same scores": OURS, "all rules, ranked and explained": WHOLE[0]}
    theirs = times[THEIRS].cpu
    return {name: round(times[job].cpu / theirs, 3) for name, job in compared.items()}


def figures(times: Mapping[str, Times]) -> dict[str, object]:
    """Return everything that was measured, for a program to read."""
    return {
        "times": {name: found.document() for name, found in times.items()},
        "share_of_assess": shares(times),
        "aim_p50_ms": AIM_MS,
        "peer": "zen-engine" if THEIRS in times else INSTALL,
        "ratio_to_peer": ratios(times),
    }


def tell(times: Mapping[str, Times]) -> None:
    """Print the figures for a person."""
    print(f"{'':36}{'p50 ms':>10}{'p99 ms':>10}{'min ms':>10}{'cpu p50':>10}")
    for name, found in times.items():
        columns = (found.p50, found.p99, found.sorted_ms[0], found.cpu)
        print(f"{name:36}{''.join(f'{ms:10.3f}' for ms in columns)}")
    print(f"\nAim: {AIM_MS:g} ms from facts to result, with all scores.")
    print("Share of an assessment with its record:")
    for name, share in shares(times).items():
        print(f"  {name:34}{share:10.1%}")
    print(f"\nProcessor time, here / zen-engine: {ratios(times) or INSTALL}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--runs", type=int, default=300, help="how often each job runs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, Assessor(Settings(Path(home))) as assessor:
        sheet = demo_sheet(assessor.pack)
        gc.freeze()  # as README tells a host that runs for long to do
        jobs = stage_jobs(assessor, sheet) | peer_jobs(assessor.pack, sheet)
        recorded = {WHOLE[1]: lambda: assessor.assess(sheet)}
        times = in_turns(jobs, given.runs) | in_turns(recorded, given.runs)
    if given.json:
        print(json.dumps(figures(times), indent=2))
    else:
        tell(times)


if __name__ == "__main__":
    main()
