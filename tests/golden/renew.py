"""Write the expected files of the worked cases anew: all of them, or those that are named.

    python tests/golden/renew.py [CASE ...]

This is never done by a test. Read the difference line by line against the specification, and change
why.md when the reason has changed, before it is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from golden.golden_cases import cases
from strategies import built_in_pack

from cto_cds.engine.engine import Engine


def main(names: list[str]) -> int:
    found = {case.name: case for case in cases()}
    unknown = [name for name in names if name not in found]
    if unknown:
        sys.stderr.write(f"No such case: {', '.join(unknown)}. There are: {', '.join(found)}.\n")
        return 2
    with Engine(built_in_pack()) as engine:
        for name in names or found:
            case = found[name]
            for file, text in case.given_by(engine).items():
                changed = text != case.expected(file)
                (case.folder / file).write_text(text, encoding="utf-8")
                sys.stdout.write(f"{name}/{file}: {'changed' if changed else 'as before'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
