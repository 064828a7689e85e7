"""The README keeps in step with the rules and with the plugin contract."""

from __future__ import annotations

import tomllib
from pathlib import Path

from cli.running import LOCAL_VETO
from plugins.building import distribution

from cto_cds.hookspecs import GROUP
from cto_cds.registry import HOOK_NAMES
from cto_cds.rulefile.model import Rule
from cto_cds.rulefile.pack import Pack

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def instruments(pack: Pack) -> str:
    """Return the table of what the pack holds: scores by end-point, associations, algorithms."""
    rows: dict[str, list[Rule]] = {}
    for score in pack.scores:
        rows.setdefault(score.endpoint, []).append(score)
    ordered = dict(sorted(rows.items(), key=lambda row: (-len(row[1]), row[0])))
    ordered |= {"*Associations*": list(pack.associations), "*Algorithms*": list(pack.algorithms)}
    lines = [
        f"| {name} | {', '.join(f'{rule.header.title} `{rule.id}`' for rule in rules)} |"
        for name, rules in ordered.items()
    ]
    return "\n".join(["| about | instruments and their ids |", "|---|---|", *lines]) + "\n"


def block(language: str, having: str) -> str:
    """Return the one block of code in a language that holds a text."""
    found = [part.partition("```")[0] for part in README.split(f"```{language}\n")[1:]]
    (only,) = [text for text in found if having in text]
    return only


def test_it_lists_every_score_and_algorithm_of_the_rules(pack):
    table = instruments(pack)
    assert table in README, f"Put this table into README.md:\n\n{table}"


def test_its_plugin_brings_rules_into_force(home, tmp_path):
    project = tomllib.loads(block("toml", "entry-points"))
    source = block("python", "RulePack(")
    ((name, module),) = project["project"]["entry-points"][GROUP].items()
    assert source.startswith(f"# {module}/__init__.py;")
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [module]
    distribution(tmp_path, name, "")
    (tmp_path / f"{module}.py").unlink()
    rule = tmp_path / module / "rules" / "safety" / "no_adr_here.yaml"
    rule.parent.mkdir(parents=True)
    rule.write_text(LOCAL_VETO, encoding="utf-8")
    (tmp_path / module / "__init__.py").write_text(source, encoding="utf-8")
    hospital = home.with_plugins(tmp_path)
    listed = {plugin["name"]: plugin for plugin in hospital.run("plugins", "--json").json}
    assert listed[name]["state"] == "loaded"
    assert listed[name]["hooks"] == ["cto_cds_result", "cto_cds_rule_packs"]
    told = hospital.run("check", "--json").json
    assert told["rules"] == home.run("check", "--json").json["rules"] + 1


def test_it_names_every_hook_and_no_other():
    named = {line.split("`")[1] for line in README.splitlines() if line.startswith("| `cto_cds_")}
    assert named == set(HOOK_NAMES)
