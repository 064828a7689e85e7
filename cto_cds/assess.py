"""The one use case, start to end: study or facts in, an audited result out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from cto_cds import __version__
from cto_cds.advice.compose import compose
from cto_cds.advice.installed import Installed
from cto_cds.advice.published import Published
from cto_cds.advice.result import Audit, Result
from cto_cds.audit.canonical import canonical, digest
from cto_cds.audit.private import private
from cto_cds.audit.pseudonym import (
    KEY_MARK,
    key_mark,
    pseudonym_key,
    refuse_other_key,
)
from cto_cds.audit.store import AuditStore
from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.closing import Closing
from cto_cds.engine.engine import Answer, Channel, DisagreementError, Engine
from cto_cds.engine.trace import Trace
from cto_cds.errors import (
    BackendError,
    CaseError,
    CtoCdsError,
    Place,
    Problem,
)
from cto_cds.facts.begun import implied
from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded
from cto_cds.facts.measured import Measurements
from cto_cds.facts.sheet import FactSheet
from cto_cds.handed import told
from cto_cds.hookspecs import AuditSink, Backend, Request
from cto_cds.installation import Settings, rules_in_force
from cto_cds.program import program_digest
from cto_cds.registry import Registry
from cto_cds.rulefile.load import Layer, layers_of, load_pack
from cto_cds.rulefile.pack import Pack

__all__ = ["Assessor", "Replay", "Settings", "measured_sheet", "quantify", "replay"]

ASSESSMENT = "assessment"
INCIDENT = "incident"
SINKS = "cto_cds_audit_sinks"


@dataclass(frozen=True, slots=True)
class Replay:
    """An old record decided again.

    Attributes:
        record: Its number.
        same: Whether today's program gives the same bytes.
        was: The result as recorded.
        now: The result as it comes out today, under name and code of the program of then.
        code_then: The digest of the program of then; empty when the record does not say.
        code_now: The digest of the program of today.
    """

    record: int
    same: bool
    was: str
    now: str
    code_then: str
    code_now: str

    @property
    def program_changed(self) -> bool:
        """Whether another program decides today."""
        return self.code_then != self.code_now


def _in_force_from(layers: Iterable[Layer], pack: Pack) -> Iterator[str]:
    """One sentence for each layer that the installation does not have."""
    for layer in layers:
        files = {layer.source(path) for path in layer.texts}
        ids = [rule.id for rule in pack.rules() if rule.header.place.source in files]
        yield f"Rules that are not installed are in force: {', '.join(ids) or 'none'}."


class Assessor(Closing):
    """Assesses cases with one set of rules, and records each before it is returned.

    Threads may share it; a forked process makes its own.

    Args:
        settings: What the installation chooses.
        registry: The plugins; loaded from the environment unless given.
        layers: Local rules that are put on those of the installation; each result says so.

    Raises:
        RuleFileError: The rules cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry | None = None,
        layers: Sequence[Layer] = (),
    ) -> None:
        self.settings = settings
        self.registry = registry or Registry(settings.plugins)
        self.pack = rules_in_force(settings, self.registry, *layers)
        # As of now: a sink that fails later changes neither the rules nor any later result.
        self._installed = Installed(
            tuple(p.version for p in self.registry.plugins if p.in_use),
            (*self.registry.failures, *_in_force_from(layers, self.pack)),
            self.registry.without_rules,
        )
        self._code = program_digest()
        self._implied = frozenset(
            r.source for r in implied({}, (), self.pack.vocabulary, "").values()
        )
        self._engine = Engine(self.pack, self._channel())
        self._published = Published(self.pack)
        self._store: AuditStore | None = None
        self._key: bytes | None = None
        self._opening = threading.Lock()

    def _channel(self) -> Channel:
        """The first channel. That the rules fit it was seen when they were loaded."""
        if not self.settings.in_worker:
            return CagedChannel(self.pack)
        from cto_cds.engine.remote import RemoteChannel  # noqa: PLC0415  only for hosts

        settings = self.settings
        return RemoteChannel(self.pack, deadline_s=settings.deadline_s, drafts=settings.drafts)

    def close(self) -> None:
        """Close the engine and the store."""
        self._engine.close()
        if self._store is not None:
            self._store.close()

    def evaluate(self, sheet: FactSheet, *, what_if: bool = False) -> Result:
        """Return the result of a case without recording it.

        Args:
            sheet: The facts.
            what_if: Whether to answer what would change the first choice, too.

        Raises:
            EngineError: The rules could not be decided.
        """
        sheet = concluded(sheet, self.pack.vocabulary)
        return self._composed(sheet, self._engine.decide(sheet), what_if=what_if)

    def trace(self, sheet: FactSheet) -> Trace:
        """Return everything that was decided about a case, rule by rule. Nothing is recorded.

        Raises:
            EngineError: The rules could not be decided.
        """
        return self._engine.decide(concluded(sheet, self.pack.vocabulary)).trace

    def assess(self, sheet: FactSheet) -> Result:
        """Return the result of a case. Its audit record is durable when this returns.

        Raises:
            DisagreementError: The two evaluations differ; an incident is recorded.
            EngineError: The engine broke or took too long; nothing is recorded.
            AuditError: The record could not be written, so the result is withheld.
        """
        sheet = concluded(sheet, self.pack.vocabulary)
        try:
            answer = self._engine.decide(sheet)
        except DisagreementError as fault:
            self._append(INCIDENT, self._private(sheet), {"differences": list(fault.differences)})
            raise
        result = self._composed(sheet, answer)
        kept = self._private(sheet)
        recorded = self._composed(kept, answer).to_json()
        audit = self._append(ASSESSMENT, kept, {"result": recorded})
        result = result.model_copy(update={"audit": audit})
        self.registry.tell("cto_cds_result", result=result)
        return result

    def _composed(self, sheet: FactSheet, answer: Answer, *, what_if: bool = False) -> Result:
        """Rules read no remarks, so one answer serves the case and what the record keeps of it."""
        result = compose(
            sheet,
            answer,
            self.pack,
            installed=self._installed,
            what_if=what_if,
            published=self._published,
        )
        return _made_by(result, result.provenance.software, self._code)

    def _private(self, sheet: FactSheet) -> FactSheet:
        """The case as a record may keep it. Plugins are asked only if there is a text to judge."""
        ours = self._implied | sheet.program_texts
        if not sheet.texts <= ours:
            ours |= _backends(self.registry)
        return private(sheet, self._own_key(), ours)

    def _append(self, kind: str, kept: FactSheet, content: Mapping[str, str | list[str]]) -> Audit:
        store = self._open_store()
        body = {
            "case": kept.case,
            KEY_MARK: key_mark(self._own_key()),
            "software": f"cto-cds {__version__}",
            "code": self._code,
            "rule_pack": self.pack.digest,
            "drafts": self.settings.drafts,
            "plugins": list(self._installed.plugins),
            "failures": list(self._installed.failures),
            "rules_missing": list(self._installed.rules_missing),
            "facts": json.dumps(kept.document(), ensure_ascii=False),
            **content,
        }
        archive = {digest(self.pack.archive): self.pack.archive}
        receipt = store.append(kind, body, blobs=archive)
        self._send(store, receipt.record)
        return Audit(record=receipt.record, hash=receipt.hash)

    def _own_key(self) -> bytes:
        """The key of the pseudonyms, read once: all of a record, and all records, are under one."""
        with self._opening:
            if self._key is None:
                self._key = pseudonym_key(self.settings.audit_folder)
        return self._key

    def _open_store(self) -> AuditStore:
        key = self._own_key()
        with self._opening:
            if self._store is None:
                folder = self.settings.audit_folder
                store = AuditStore.open(folder)
                refuse_other_key(folder, key, store.records(newest=1))
                self._store = store
        return self._store

    def _send(self, store: AuditStore, number: int) -> None:
        sinks: list[tuple[str, AuditSink]] = self.registry.collect(SINKS)
        if not sinks:
            return
        content = canonical(asdict(store.record(number)))
        for plugin, sink in sinks:
            try:
                with self.registry.around():
                    sink.send(content)
            except (Exception, SystemExit) as fault:  # noqa: BLE001  a sink may raise anything
                self.registry.note_failure(plugin, f"its audit sink failed: {told(fault)}", SINKS)


def _made_by(result: Result, software: str, code: str) -> Result:
    """The result under name and code of a program; a record of old has no code."""
    made = result.provenance.model_copy(update={"software": software, "code": code or None})
    return result.model_copy(update={"provenance": made})


def _backends(registry: Registry) -> frozenset[str]:
    """Name and version of each installed backend, as facts carry them."""
    offered: list[tuple[str, Backend]] = registry.collect("cto_cds_backends")
    found = set()
    for _, backend in offered:
        with suppress(Exception, SystemExit):  # a plugin may hand over anything
            found.add(f"{backend.name} {backend.version}")
    return frozenset(found)


def quantify(
    registry: Registry,
    request: Request,
    progress: Callable[[str, float], None],
    backend: str | None = None,
) -> Measurements:
    """Measure a study with one backend.

    Raises:
        PluginError: No backend can measure it.
        BackendError: The backend could not, or broke.
    """
    chosen = registry.backend(request, backend)
    try:
        with registry.around():
            measured = chosen.measure(request, progress)
    except CtoCdsError:
        raise
    except (Exception, SystemExit) as fault:
        raise _broken(chosen, told(fault)) from fault
    if not isinstance(measured, Measurements):
        raise _broken(chosen, f"it returned {type(measured).__name__} instead of Measurements")
    return measured


def _broken(backend: Backend, found: str) -> BackendError:
    mend = "Report this to the authors of the backend; nothing was measured."
    return BackendError(Problem(Place(backend.name), f"the backend broke: {found}", mend))


def measured_sheet(measurements: Measurements, pack: Pack) -> FactSheet:
    """Return measurements as facts, checked like a file from anywhere else.

    Raises:
        BackendError: The backend handed over a fact that the vocabulary does not allow.
    """
    text = json.dumps(measurements.document(), ensure_ascii=False)
    try:
        sheet = read_case_text(text, measurements.source, pack.vocabulary, named=False)
    except CaseError as fault:
        handed = f"what {measurements.source} handed over"
        told = (replace(p, place=Place(handed, key=p.place.key)) for p in fault.problems)
        raise BackendError(*told) from None
    return replace(sheet, program_texts=sheet.texts)


def replay(settings: Settings, number: int) -> Replay:
    """Decide a recorded case again, with the rules as they were.

    Raises:
        AuditError: There is no such record, or it was altered.
        RuleFileError: Today's program cannot read the rules of then.
    """
    with AuditStore.existing(settings.audit_folder) as store:
        record = store.record(number)
        body = record.body
        if record.kind != ASSESSMENT:
            place = Place(str(settings.audit_folder), key=f"record {number}")
            found = f"this is a record of an {record.kind}, and only assessments are decided again"
            mend = "'cto-cds audit show' lists the records with their kinds; name an assessment."
            raise CaseError(Problem(place, found, mend))
        archive = store.blob(str(body["rule_pack"]))
    pack = load_pack(layers_of(archive), drafts=bool(body["drafts"]))
    sheet = read_case_text(str(body["facts"]), f"record {number}", pack.vocabulary, named=False)
    was = str(body["result"])
    installed = Installed(
        *(_texts(body.get(key)) for key in ("plugins", "failures", "rules_missing"))
    )
    with Engine(pack) as engine:
        answer = engine.decide(sheet)
    result = compose(sheet, answer, pack, installed=installed)
    code = str(body.get("code", ""))
    now = _made_by(result, str(body["software"]), code).to_json()
    return Replay(number, now == was, was, now, code, program_digest())


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
