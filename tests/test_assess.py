"""The one use case as a host calls it: in a worker, from threads, for long, and when it fails."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cli.running import CASE

from cto_cds.advice.result import Result
from cto_cds.assess import Assessor, Settings, replay
from cto_cds.audit.store import AuditStore
from cto_cds.audit.verify import verify
from cto_cds.engine.verdict import Verdict
from cto_cds.errors import AuditError, CaseError, EngineError
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
from cto_cds.registry import Registry

THREADS, EACH = 6, 8


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "home", plugins=())


@pytest.fixture
def sheet(vocabulary):
    def read(name: str = "case-17", **changes: str) -> FactSheet:
        text = CASE.format(name=name)
        for fact, value in changes.items():
            lines = [line for line in text.splitlines() if line.strip().startswith(f"{fact}:")]
            assert len(lines) == 1
            text = text.replace(lines[0], f"{lines[0].partition(':')[0]}: {value}")
        return read_case_text(text, "case.yaml", vocabulary)

    return read


def body(result: Result) -> str:
    return result.model_copy(update={"audit": None}).to_json()


def test_a_result_that_was_returned_is_recorded_under_a_pseudonym(settings, sheet):
    with Assessor(settings) as assessor:
        result = assessor.assess(sheet())
    found = verify(settings.audit_folder)
    assert found.problems == ()
    assert found.head == f"{result.audit.record}:{result.audit.hash}"
    with AuditStore.open(settings.audit_folder) as store:
        record = store.record(1)
    assert record.body["rule_pack"] == result.provenance.rule_pack
    assert "case-17" not in str(record.body)


def test_evaluating_records_nothing_and_decides_alike(settings, sheet):
    with Assessor(settings) as assessor:
        evaluated = assessor.evaluate(sheet())
        assert not settings.audit_folder.exists()
        assert evaluated.audit is None
        assert body(assessor.assess(sheet())) == body(evaluated)


def test_one_hundred_assessments_give_one_answer_and_one_hundred_records(settings, sheet):
    with Assessor(settings) as assessor:
        results = [assessor.assess(sheet()) for _ in range(100)]
    assert len({body(result) for result in results}) == 1
    assert [result.audit.record for result in results] == list(range(1, 101))
    assert verify(settings.audit_folder).problems == ()


def test_threads_may_share_one_assessor(settings, sheet):
    cases = [sheet(f"case-{which}", occlusion_length=f"{10 + 5 * which} mm") for which in range(6)]
    with Assessor(settings) as assessor:
        expected = [body(assessor.evaluate(case)) for case in cases]
        begin = threading.Barrier(THREADS)

        def work(which: int) -> list[Result]:
            begin.wait()
            return [assessor.assess(cases[which]) for _ in range(EACH)]

        with ThreadPoolExecutor(THREADS) as pool:
            results = list(pool.map(work, range(THREADS)))
    for which, mine in enumerate(results):
        assert {body(result) for result in mine} == {expected[which]}
    numbers = sorted(result.audit.record for mine in results for result in mine)
    assert numbers == list(range(1, THREADS * EACH + 1))
    assert verify(settings.audit_folder).problems == ()


@pytest.fixture
def in_worker(settings):
    with Assessor(Settings(settings.home, plugins=(), in_worker=True)) as assessor:
        yield assessor


def worker_pid(assessor: Assessor) -> int:
    return assessor._engine._first._worker._child._process.pid


def test_a_worker_process_gives_the_same_result(settings, sheet, in_worker):
    cases = [sheet(), sheet(stump="unknown"), sheet(prior_cabg="yes", proximal_cap="ambiguous")]
    with Assessor(settings) as assessor:
        for case in cases:
            assert body(in_worker.assess(case)) == body(assessor.assess(case))
    assert verify(settings.audit_folder).records == 2 * len(cases)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_when_the_worker_is_killed_the_next_case_is_answered_by_a_fresh_one(
    settings, sheet, in_worker
):
    expected = body(in_worker.assess(sheet()))
    for turn in range(2):
        pid = worker_pid(in_worker)
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert body(in_worker.assess(sheet())) == expected
        assert verify(settings.audit_folder).records == turn + 2
    assert verify(settings.audit_folder).problems == ()


def test_closing_ends_the_worker(settings, sheet, in_worker):
    process = in_worker._engine._first._worker._child._process
    in_worker.close()
    assert process.poll() is not None
    with pytest.raises(EngineError, match="it is closed"):
        in_worker.assess(sheet())
    assert not settings.audit_folder.exists()


def test_a_closed_assessor_gives_no_answer(settings, sheet):
    with Assessor(settings) as assessor:
        assessor.assess(sheet())
    with pytest.raises(EngineError, match="closed"):
        assessor.assess(sheet())
    assert verify(settings.audit_folder).records == 1


class Liar:
    """A first channel that takes one rule the other way."""

    def __init__(self, honest) -> None:
        self._honest = honest

    def decide(self, lookup) -> Verdict:
        told = self._honest.decide(lookup)
        return Verdict.from_bytes(told.to_bytes().replace(b'/T"', b'/F"', 1))

    def close(self) -> None:
        self._honest.close()


def test_channels_that_disagree_give_no_result_but_a_recorded_incident(settings, sheet):
    with Assessor(settings) as assessor:
        assessor._engine._first = Liar(assessor._engine._first)
        with pytest.raises(EngineError, match="the two evaluations of the rules disagree"):
            assessor.assess(sheet())
    with AuditStore.open(settings.audit_folder) as store:
        (record,) = store.records()
    assert record.kind == "incident"
    assert record.body["differences"]
    assert "case-17" not in str(record.body)
    with pytest.raises(CaseError, match="this is a record of an incident"):
        replay(settings, 1)


def test_no_result_is_returned_when_the_record_cannot_be_written(tmp_path, sheet):
    (tmp_path / "home").write_text("not a folder")
    heard: list[Result] = []
    registry = Registry(found=())
    registry.tell = lambda _hook, result: heard.append(result)
    with Assessor(Settings(tmp_path / "home"), registry) as assessor, pytest.raises(AuditError):
        assessor.assess(sheet())
    assert heard == []


def test_hooks_hear_of_a_result_only_after_it_is_recorded(settings, sheet):
    records: list[int] = []
    registry = Registry(found=())
    registry.tell = lambda _hook, **_: records.append(verify(settings.audit_folder).records)
    with Assessor(settings, registry) as assessor:
        assessor.assess(sheet())
    assert records == [1]


def test_a_sink_that_fails_changes_no_later_result(settings, sheet):
    class Sink:
        name = "log server"

        def send(self, _record: bytes) -> None:
            raise ConnectionError("no route")

    registry = Registry(found=())
    noted: list[str] = []
    registry.collect = lambda hook: [("far", Sink())] if hook == "cto_cds_audit_sinks" else []
    registry.note_failure = lambda name, reason: noted.append(f"{name}: {reason}")
    with Assessor(settings, registry) as assessor:
        first, second = assessor.assess(sheet()), assessor.assess(sheet())
    assert body(first) == body(second)
    assert noted == ["far: its audit sink failed: ConnectionError: no route"] * 2


def test_replaying_a_record_gives_its_bytes_with_everything_that_was_unknown(settings, sheet):
    with Assessor(settings) as assessor:
        assessor.assess(sheet(stump="unknown", occlusion_length="unknown", calcification="unknown"))
    again = replay(settings, 1)
    assert again.same
    assert again.was == again.now
    assert again.record == 1


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("CTO_CDS_HOME", str(tmp_path))
    monkeypatch.setenv("CTO_CDS_PLUGINS", " one, two,")
    settings = Settings.from_environment(drafts=True)
    assert settings == Settings(tmp_path, ("one", "two"), drafts=True)
    assert settings.audit_folder == tmp_path / "audit"
    monkeypatch.setenv("CTO_CDS_PLUGINS", "")
    assert Settings.from_environment().plugins == ()
    monkeypatch.delenv("CTO_CDS_PLUGINS")
    monkeypatch.delenv("CTO_CDS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    default = Settings.from_environment()
    assert default.plugins is None
    assert Path(default.home).name == "cto_cds"
