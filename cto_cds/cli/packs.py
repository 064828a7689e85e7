"""Which rules a command works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import typer

from cto_cds.cli.installed import installed_plugins
from cto_cds.engine.engine import unfit
from cto_cds.errors import Place, Problem, RuleFileError
from cto_cds.facts.document import MapNode, TextNode, UnreadableDocumentError, parse
from cto_cds.installation import Settings, rules_in_force
from cto_cds.registry import Registry
from cto_cds.rulefile.builtin import NAME, builtin_folder
from cto_cds.rulefile.cache import LoadCache
from cto_cds.rulefile.load import VOCABULARY, Layer, load_pack
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.versions import VERSIONS, Records

LOCAL = "local rules"


def local_layer(folder: Path) -> Layer:
    """Return a folder of local rules; its own name, a text of a person, is in no record."""
    return Layer.of_folder(LOCAL, folder)


def local_layers(folder: Path | None, *, drafts: bool) -> tuple[Layer, ...]:
    """Return what ``--rules`` puts on the rules in force, and say which drafts it leaves out.

    Raises:
        RuleFileError: The folder cannot be read, or is a whole pack, which nothing is put on.
    """
    if folder is None:
        return ()
    layer = local_layer(folder)
    if VOCABULARY in layer.texts:
        found = "this is a whole rule pack, with a vocabulary; '--rules' takes local rules only"
        mend = (
            "Give a folder with only the rule files that are new or differ; one that differs says "
            "'replaces:' and has a version of its own. 'cto-cds check FOLDER' and 'cto-cds test "
            "FOLDER' take a whole pack."
        )
        raise RuleFileError(Problem(Place(layer.source(VOCABULARY)), found, mend))
    for path, text in layer.texts.items() if not drafts else ():
        if _status(text, layer.source(path)) == "draft":
            typer.echo(f"{layer.source(path)}: a draft, not in force without --drafts", err=True)
    return (layer,)


def _status(text: str, source: str) -> str:
    try:
        root = parse(text, source)
    except UnreadableDocumentError:
        return ""  # told when the rules are loaded
    status = root.get("status") if isinstance(root, MapNode) else None
    return status.text if isinstance(status, TextNode) else ""


def pack_of(
    folder: Path | None, *, drafts: bool, progress: Callable[[str, float], None]
) -> tuple[Pack, Registry]:
    """Return the rules in force, those with a local folder on top, or a whole pack of its own.

    Args:
        folder: The folder; None for the rules in force.
        drafts: Whether rules with ``status: draft`` count as well.
        progress: Called with what is being done and how much of it is done, from 0 to 1.

    Raises:
        RuleFileError: With every mistake.
    """
    settings = Settings.from_environment(drafts=drafts)
    registry = installed_plugins(settings)
    if folder is None:
        return rules_in_force(settings, registry, rows=True, progress=progress), registry
    layer = local_layer(folder)
    if VOCABULARY not in layer.texts:
        return rules_in_force(settings, registry, layer, rows=True, progress=progress), registry
    pack = load_pack(
        [replace(layer, name=NAME)],
        drafts=drafts,
        cache=LoadCache(settings.cache_folder),
        progress=progress,
    )
    problems = unfit(pack)
    if problems:
        raise RuleFileError.of(problems)
    return pack, registry


def origin(source: str, folder: Path | None) -> str:
    """Return what tells a rule file that a folder was put on from one in the folder."""
    if folder is None or Path(source).is_relative_to(folder):
        return ""
    return f" (not in {folder})"


def recorded_in(folder: Path | None) -> Records:
    """Return what the versions of a folder are recorded to mean."""
    path = (folder or builtin_folder()) / VERSIONS
    records = Records()
    if path.is_file():
        try:
            root = parse(path.read_text(encoding="utf-8"), str(path))
        except UnreadableDocumentError as fault:
            raise RuleFileError.of(fault.problems) from None
        if problems := list(records.read(root, str(path))):
            raise RuleFileError.of(problems)
    return records
