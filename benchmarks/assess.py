"""Time one assessment in process, stage by stage, and the same scores in a named peer.

``python benchmarks/assess.py [--json] [--runs N]``. The peer is zen-engine (GoRules); install it
with ``pip install -c constraints.txt -e '.[bench]'``. Without it the script runs and says so.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from jdm import fits
from peer import INSTALL, decider, peer, refuse_unless_same
from timing import Times, in_turns

from cto_cds.advice.compose import compose
from cto_cds.advice.published import Published
from cto_cds.advice.result import Result
from cto_cds.assess import Assessor, Settings
from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.engine import Engine
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.rowtest import sheet_of
from cto_cds.engine.trace import trace_of
from cto_cds.facts.case import read_case
from cto_cds.facts.concluding import concluded
from cto_cds.facts.sheet import FactSheet
from cto_cds.rulefile.pack import Pack

HERE = Path(__file__).parent
DEMO = HERE.parent / "cto_cds" / "cli" / "demo_case.yaml"
STAGES = ("channel two (plain)", "channel one (durable_rules)", "trace", "compose")
RECORDED, WRITTEN = "assess, record durable", "JSON"
AUDIT = "audit, with waiting for the disk"
OURS, THEIRS = "scores: both channels and trace", "scores: zen-engine with trace"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of assessment that is timed, from facts to result.

    Attributes:
        name: Its name.
        aim_ms: What the median should stay below.
        algorithms: The only algorithms in force, with all scores and nothing else; all rules
            unless given.
        what_if: Whether it answers what would change the first choice.
    """

    name: str
    aim_ms: float
    algorithms: tuple[str, ...] = ()
    what_if: bool = False

    def pack(self, pack: Pack) -> Pack:
        """Return the rules that are in force."""
        if not self.algorithms:
            return pack
        chosen = tuple(a for a in pack.algorithms if a.id in self.algorithms)
        return replace(pack, algorithms=chosen, safety=())


ALL_RULES = Kind("all rules", 5.0)
KINDS = (
    ALL_RULES,
    Kind("all rules, with what-if", 15.0, what_if=True),
    Kind("all scores and hybrid", 8.0, algorithms=("hybrid",)),
)


def demo_sheet(pack: Pack) -> FactSheet:
    """Return the case that is timed: the demo patient with typical measurements."""
    sheet = read_case(DEMO, pack.vocabulary)
    return sheet.joined(
        read_case(HERE / "ccta.yaml", pack.vocabulary, named=False), pack.vocabulary
    )


def scores_only(pack: Pack) -> Pack:
    """Return the pack with only the criteria and grades that the peer decides as well."""
    scores = tuple(replace(score, remarks=()) for score in pack.scores if fits(score))
    policy = replace(pack.policy, shifts=())
    return replace(pack, findings=(), scores=scores, algorithms=(), safety=(), policy=policy)


def assessed(engine: Engine, sheet: FactSheet, published: Published, kind: Kind) -> Result:
    """Go from facts to result, as an assessment does that is not recorded."""
    sheet = concluded(sheet, engine.pack.vocabulary)
    answer = engine.decide(sheet)
    return compose(sheet, answer, engine.pack, what_if=kind.what_if, published=published)


def stage_jobs(kind: Kind, engine: Engine, sheet: FactSheet) -> dict[str, Callable[[], object]]:
    """Return an assessment and its stages, each as a job of its own."""
    pack, published = engine.pack, Published(engine.pack)
    plain, caged = PlainChannel(pack), CagedChannel(pack)
    lookup = Lookup(sheet)
    truths = plain.truths(lookup)
    verdict = plain.verdict(truths, lookup)
    answer = engine.decide(sheet)
    jobs: tuple[Callable[[], object], ...] = (
        lambda: assessed(engine, sheet, published, kind),
        lambda: plain.decide(Lookup(sheet)),
        lambda: caged.decide(lookup.for_other_channel()),
        lambda: trace_of(pack, lookup, truths, verdict),
        lambda: compose(sheet, answer, pack, what_if=kind.what_if, published=published),
    )
    names = (kind.name, *(stage_of(kind, stage) for stage in STAGES))
    return dict(zip(names, jobs, strict=True))


def stage_of(kind: Kind, stage: str) -> str:
    """Return the name of a stage of one kind of assessment."""
    return f"{kind.name}: {stage}"


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


def shares(kind: Kind, times: Mapping[str, Times]) -> dict[str, float]:
    """Return what part of an assessment each stage is, by processor time."""
    whole = times[kind.name].cpu
    return {stage: round(times[stage_of(kind, stage)].cpu / whole, 3) for stage in STAGES}


def audit_share(times: Mapping[str, Times]) -> float:
    """Return what part of a recorded assessment its record is: all that the rest leaves."""
    recorded = times[RECORDED].p50
    return round((recorded - times[ALL_RULES.name].cpu - times[WRITTEN].cpu) / recorded, 3)


def ratios(times: Mapping[str, Times]) -> dict[str, float]:
    """Return processor time here as a multiple of the peer's; nothing without the peer."""
    if THEIRS not in times:
        return {}
    compared = {"the same scores": OURS, "all rules, ranked and explained": ALL_RULES.name}
    theirs = times[THEIRS].cpu
    return {name: round(times[job].cpu / theirs, 3) for name, job in compared.items()}


def figures(times: Mapping[str, Times]) -> dict[str, object]:
    """Return everything that was measured, for a program to read."""
    return {
        "times": {name: found.document() for name, found in times.items()},
        "aim_p50_ms": {kind.name: kind.aim_ms for kind in KINDS},
        "share_of_stages": {kind.name: shares(kind, times) for kind in KINDS},
        "share_of_audit": audit_share(times),
        "peer": "zen-engine" if THEIRS in times else INSTALL,
        "ratio_to_peer": ratios(times),
    }


def tell(times: Mapping[str, Times]) -> None:
    """Print the figures for a person."""
    print(f"{'':36}{'p50 ms':>10}{'p99 ms':>10}{'min ms':>10}{'cpu p50':>10}{'aim':>10}")
    for kind in KINDS:
        print(f"{kind.name:36}{columns(times[kind.name])}{kind.aim_ms:10g}")
        for stage, share in shares(kind, times).items():
            found = times[stage_of(kind, stage)]
            print(f"  {stage:34}{columns(found)}{share:10.0%} of cpu")
    for name in (WRITTEN, RECORDED, OURS, THEIRS):
        if name in times:
            print(f"{name:36}{columns(times[name])}")
    print(f"\n{AUDIT}: {audit_share(times):.0%} of a recorded assessment")
    print(f"Processor time, here / zen-engine: {ratios(times) or INSTALL}")


def columns(found: Times) -> str:
    """Return the figures of one row."""
    row = (found.p50, found.p99, found.sorted_ms[0], found.cpu)
    return "".join(f"{ms:10.3f}" for ms in row)


def all_jobs(
    assessor: Assessor, open_engines: ExitStack
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield every job that needs no disk."""
    sheet = demo_sheet(assessor.pack)
    for kind in KINDS:
        engine = open_engines.enter_context(Engine(kind.pack(assessor.pack)))
        yield from stage_jobs(kind, engine, sheet).items()
    yield WRITTEN, assessor.evaluate(sheet).to_json
    yield from peer_jobs(assessor.pack, sheet).items()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--runs", type=int, default=300, help="how often each job runs")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as home,
        Assessor(Settings(Path(home))) as assessor,
        ExitStack() as open_engines,
    ):
        jobs = dict(all_jobs(assessor, open_engines))
        sheet = demo_sheet(assessor.pack)
        gc.freeze()  # as README tells a host that runs for long to do
        recorded = {RECORDED: lambda: assessor.assess(sheet)}
        times = in_turns(jobs, given.runs) | in_turns(recorded, given.runs)
    if given.json:
        print(json.dumps(figures(times), indent=2))
    else:
        tell(times)


if __name__ == "__main__":
    main()
