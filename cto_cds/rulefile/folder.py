"""The texts of a folder of rules: each is read or refused, so that no rule drops out unseen."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from cto_cds.errors import Place, Problem, RuleFileError

ENDING = ".yaml"
MISTAKEN_ENDINGS = (ENDING, ".yml")
GIVE = "Give the folder that holds the rule files, each in the folder of its kind."
RIGHTS = "Give yourself the right to read it, or move it out of the folder."


def texts_of(folder: Path) -> dict[str, str]:
    """Return the text of every rule file below a folder, by its path in it.

    Passed over are files that end otherwise, and names that begin with a point, which belong to
    version control, editors and operating systems.

    Raises:
        RuleFileError: The folder does not exist or holds no rule file, or something in it cannot
            be read or would not count.
    """
    if not folder.is_dir():
        found = "there is no such folder of rules"
        if folder.exists():
            found = "this is a file, not a folder of rules"
        raise RuleFileError(Problem(Place(str(folder)), found, GIVE))
    problems: list[Problem] = []
    texts = {}
    for path in sorted(_files(folder, problems)):
        try:
            texts[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        except OSError as fault:
            problems.append(_unreadable(path, fault))
        except UnicodeDecodeError:
            problems.append(_problem(path, "it is not UTF-8 text", "Save it as UTF-8 text."))
    if problems:
        raise RuleFileError.of(problems)
    if not texts:
        found = f"the folder holds no rule files (*{ENDING})"
        raise RuleFileError(Problem(Place(str(folder)), found, GIVE))
    return texts


def _files(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the rule files, and note whatever would be passed over by mistake."""
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as fault:
        problems.append(_unreadable(folder, fault))
        return
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as fault:
            problems.append(_unreadable(path, fault))
            continue
        if stat.S_ISDIR(mode):
            if path.is_symlink():
                mend = "Put the folder itself here, or take the link out."
                problems.append(_problem(path, "links to folders are not followed", mend))
            else:
                yield from _files(path, problems)
        elif path.suffix.lower() in MISTAKEN_ENDINGS:
            yield from _rule_file(path, mode, problems)


def _rule_file(path: Path, mode: int, problems: list[Problem]) -> Iterator[Path]:
    if not stat.S_ISREG(mode):
        problems.append(_problem(path, "it is not a file", "Take it out of the folder."))
    elif path.suffix == ENDING:
        yield path
    else:
        found = f"it ends in '{path.suffix}', and rule files end in '{ENDING}'"
        mend = f"Rename it to '{path.stem}{ENDING}', or move it out of the folder."
        problems.append(_problem(path, found, mend))


def _unreadable(path: Path, fault: OSError) -> Problem:
    return _problem(path, fault.strerror or str(fault), RIGHTS)


def _problem(path: Path, why: str, mend: str) -> Problem:
    return Problem(Place(str(path)), f"cannot be read: {why}", mend)
