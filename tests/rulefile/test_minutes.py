"""One finding decides after which time a strategy changes; every sentence agrees with it."""

from __future__ import annotations

import re

from cto_cds.rulefile.builtin import builtin_folder

DECIDED = re.compile(r"when: minutes_without_progress >= (\d+) min\n")
SPOKEN = re.compile(r"(?:the last|progress for|after|taking|The) (\d+|ten) minutes")
IN_WORDS = {"ten": "10"}


def test_every_sentence_on_a_lack_of_progress_names_the_minutes_that_decide():
    folder = builtin_folder()
    (limit,) = DECIDED.findall((folder / "findings" / "no_progress.yaml").read_text())
    spoken = {
        str(path.relative_to(folder)): {IN_WORDS.get(found, found) for found in minutes}
        for path in sorted(folder.rglob("*.yaml"))
        if (minutes := SPOKEN.findall(" ".join(path.read_text().split())))
    }
    speaking = {"policy/ranking.yaml", "findings/no_progress.yaml", "findings/strategy_failed.yaml"}
    names = ("asia_pacific", "china", "global", "heavy_calcium", "hybrid")
    speaking |= {f"algorithms/{name}/switch.yaml" for name in names}
    assert speaking <= set(spoken)
    assert {path: minutes for path, minutes in spoken.items() if minutes != {limit}} == {}
