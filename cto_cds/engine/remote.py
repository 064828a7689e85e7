"""Channel one in a worker process with a deadline, for hosts that run for a long time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.verdict import Verdict
from cto_cds.engine.worker import Worker
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, Value, shown
from cto_cds.rulefile.cache import LoadCache
from cto_cds.rulefile.load import layers_of, load_pack
from cto_cds.rulefile.pack import Pack

TARGET = "cto_cds.engine.remote:serve"


class RemoteChannel:
    """Decides cases in a child process that is killed and replaced when it hangs or crashes.

    Args:
        pack: The rules; the child reads them again from the archive.
        deadline_s: How long one case may take.
        drafts: Whether draft rules are in force, as in ``pack``.
    """

    def __init__(self, pack: Pack, *, deadline_s: float, drafts: bool = False) -> None:
        setup = json.dumps({"archive": pack.archive.decode(), "drafts": drafts})
        self._worker = Worker(TARGET, setup=setup.encode(), deadline_s=deadline_s)

    def decide(self, lookup: Lookup) -> Verdict:
        """Decide one case.

        Raises:
            EngineError: No answer came in time, or the child failed.
        """
        facts = {
            path: _sent(value)
            for path, reading in lookup.sheet.readings.items()
            if (value := reading.known) is not None
        }
        return Verdict.from_bytes(self._worker.call(json.dumps(facts).encode()))

    def close(self) -> None:
        """End the child."""
        self._worker.close()


def serve(setup: bytes) -> Callable[[bytes], bytes]:
    """Return the function that decides the cases sent to the child."""
    asked = json.loads(setup)
    pack = load_pack(
        layers_of(asked["archive"].encode()), drafts=asked["drafts"], cache=LoadCache(None)
    )
    channel = CagedChannel(pack)

    def answer(message: bytes) -> bytes:
        facts: Mapping[str, str | list[str]] = json.loads(message)
        readings = {
            path: Reading(path, pack.vocabulary.of(path).value_of(sent))
            for path, sent in facts.items()
        }
        return channel.decide(Lookup(FactSheet("", readings))).to_bytes()

    return answer


def _sent(value: Value) -> str | list[str]:
    return list(value) if isinstance(value, tuple) else shown(value)
