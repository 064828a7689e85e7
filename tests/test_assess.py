"""The one use case as a host calls it: in a worker, from threads, for long, and when it fails."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cli.running import CASE
from hosting import Liar, body

from cto_cds.advice.result import Result
from cto_cds.assess import Assessor, Settings, replay
from cto_cds.audit.store import AuditStore
from cto_cds.audit.verify import verify
from cto_cds.errors import AuditError, CaseError, EngineError
from cto_cds.facts.case import read_case_text
from cto_cds.program import program_digest
from cto_cds.registry import Registry

THREADS, EACH = 6, 8


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
    registry.note_failure = lambda name, reason, _hook: noted.append(f"{name}: {reason}")
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


def test_a_record_is_complete_and_replay_adds_nothing_to_it(settings, vocabulary):
    text = CASE.format(name="case-17") + "procedure:\n"
    case = read_case_text(text, "case.yaml", vocabulary)
    with Assessor(settings) as assessor:
        assert "procedure.phase" not in assessor.assess(case).facts
    assert replay(settings, 1).same


def test_result_and_record_name_the_program_by_its_source(settings, sheet):
    with Assessor(settings) as assessor:
        result = assessor.assess(sheet())
    assert result.provenance.code == program_digest()
    with AuditStore.existing(settings.audit_folder) as store:
        assert store.record(1).body["code"] == program_digest()
    again = replay(settings, 1)
    assert not again.program_changed
    assert again.code_then == again.code_now == program_digest()


def test_replaying_tells_that_the_program_changed_and_compares_the_answers_alone(
    settings, sheet, monkeypatch
):
    with Assessor(settings) as assessor:
        assessor.assess(sheet())
    monkeypatch.setattr("cto_cds.assess.program_digest", lambda: "sha256:later")
    again = replay(settings, 1)
    assert again.same
    assert again.program_changed
    assert (again.code_then, again.code_now) == (program_digest(), "sha256:later")


def test_a_record_from_before_programs_were_named_is_still_decided_again(settings, sheet):
    with Assessor(settings) as assessor:
        assessor.assess(sheet())
    with AuditStore.open(settings.audit_folder) as store:
        record = store.record(1)
        old = {key: value for key, value in record.body.items() if key != "code"}
        result = Result.model_validate_json(str(old["result"]))
        unnamed = result.provenance.model_copy(update={"code": None})
        old["result"] = result.model_copy(update={"provenance": unnamed}).to_json()
        store.append("assessment", old)
    again = replay(settings, 2)
    assert again.same
    assert again.program_changed
    assert again.code_then == ""


def test_the_digest_of_a_program_is_that_of_its_python_source_and_of_nothing_else(tmp_path):
    def written(place: str, **files: str) -> str:
        for name, content in files.items():
            path = tmp_path / place / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return program_digest(tmp_path / place)

    first = written("wheel", a="x = 1", b__c="")
    (tmp_path / "wheel" / "rule_pack.yaml").write_text("format: 1")
    (tmp_path / "wheel" / "b" / "c.pyc").write_bytes(b"0")
    assert first == program_digest(tmp_path / "wheel") == written("source", b__c="", a="x = 1")
    others = {
        written("edited", a="x = 2", b__c=""),
        written("renamed", a="x = 1", b__d=""),
        written("moved", a="x = 1", c=""),
        written("more", a="x = 1", b__c="", d=""),
        written("split", a="x = ", b__c="1"),
    }
    assert len(others | {first}) == 6
    assert first.startswith("sha256:")
