"""A person confirms or changes the marks of a measurement, and it is measured again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cto_cds.cli.inputs import naming
from cto_cds.errors import Place, PluginError, Problem, StudyError
from cto_cds.hookspecs import Review, ReviewingBackend

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.cli.inputs import StudyInput
    from cto_cds.registry import Registry

DOCUMENT, STATE = "review.json", "review.state"


def reviewed(
    study: StudyInput, registry: Registry, progress: Callable[[str, float], None]
) -> Review:
    """Measure a study for review.

    Raises:
        StudyError, PluginError, BackendError: Something stands in the way; says what.
    """
    request = study.request(progress)
    backend = registry.backend(request, study.backend)
    if not isinstance(backend, ReviewingBackend):
        found = f"the backend {backend.name} has no review"
        raise PluginError(Problem(Place("--review"), found, "Measure without --review."))
    with registry.around(), naming({"seeds": study.seeds}):
        return backend.review(request, progress)


def measured_again(
    document: Path, registry: Registry, progress: Callable[[str, float], None], *, draw: bool
) -> Review:
    """Measure again with an edited document and the state beside it.

    The document and the state that come back are those that were read, for the next round.

    Args:
        document: What ``--review`` wrote and a person edited.
        registry: Where the backend that wrote it is looked for.
        progress: Called with the stage and the share done.
        draw: Whether pictures are wanted.

    Raises:
        StudyError: One of the two files cannot be read.
        PluginError: The backend that wrote them is not there.
        BackendError: An edit is impossible.
    """
    edits = _read_document(document)
    state = document.with_name(STATE)
    try:
        content = state.read_bytes()
    except FileNotFoundError as error:
        mend = (
            f"'cto-cds quantify --review' writes it beside {DOCUMENT}, and every edit needs it: "
            f"copy it into this folder, or give the {DOCUMENT} of the folder that holds it."
        )
        raise StudyError(Problem(Place(str(state)), "is not there", mend)) from error
    except OSError as error:
        mend = f"'cto-cds quantify --review' writes it beside {DOCUMENT}; keep both together."
        raise StudyError(Problem(Place(str(state)), "cannot be read", mend)) from error
    wrote = str(edits.get("backend", "")).split(" ")[0]
    if not wrote:
        mend = f"Give the {DOCUMENT} that 'cto-cds quantify --review' wrote, not its measurements."
        place = Place(str(document), key="backend")
        raise StudyError(Problem(place, "names no backend, so it is no review", mend))
    for _, backend in registry.collect("cto_cds_backends"):
        if backend.name == wrote and isinstance(backend, ReviewingBackend):
            with registry.around(), naming({"edits": document, "state": state}):
                measured = backend.again(content, edits, progress, draw=draw)
            return Review(measured, edits, content)
    found = f"the backend '{wrote}' that wrote it is not installed, or has no review"
    mend = "Run 'cto-cds plugins' to see what is installed."
    raise PluginError(Problem(Place(str(document), key="backend"), found, mend))


def _read_document(path: Path) -> dict[str, object]:
    place = Place(str(path))
    mend = f"Give the {DOCUMENT} that 'cto-cds quantify --review' wrote."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyError(Problem(place, "cannot be read", mend)) from error
    except (ValueError, RecursionError) as error:
        raise StudyError(Problem(place, f"is not JSON: {error}", mend)) from error
    if not isinstance(content, dict):
        raise StudyError(Problem(place, "is not a JSON object", mend))
    return content
