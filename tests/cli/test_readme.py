"""The README keeps in step with the rules and with the plugin contract."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cli.running import LOCAL_VETO, case_file
from plugins.building import distribution

from cto_cds.audit.verify import verify
from cto_cds.hookspecs import GROUP, Request, Seeds
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


def test_its_backend_check_and_sink_work(home, tmp_path):
    distribution(tmp_path / "site", "my-ruler", block("python", "class Ruler"))
    vendor = home.with_plugins(tmp_path / "site")
    listed = {plugin["name"]: plugin for plugin in vendor.run("plugins", "--json").json}
    assert (listed["my-ruler"]["state"], listed["my-ruler"]["backend"]) == (
        "loaded",
        "my-ruler 1.0",
    )
    assert "has no owner" in vendor.run("check", status=1).err
    case = case_file(tmp_path)
    recorded = vendor.run("assess", case, "--json", cwd=tmp_path).json["audit"]
    (copy,) = (tmp_path / "records.jsonl").read_bytes().splitlines()
    assert json.loads(copy)["hash"] == recorded["hash"]


def test_its_backend_measures_what_it_says():
    space: dict[str, Any] = {}
    exec(block("python", "class Ruler"), space)  # noqa: S102  the README's own text
    seeds = Seeds((0.0, 0.0, 0.0), (0.0, 3.0, 4.0))
    assert not space["Ruler"]().supports(Request(None)).possible
    measured = space["Ruler"]().measure(Request(None, seeds=seeds), lambda _stage, _share: None)
    assert [(fact.name, fact.value) for fact in measured.facts] == [
        ("occlusion_length", Decimal("5.0"))
    ]


@pytest.mark.parametrize(
    ("having", "records"),
    [("read_case(Path", 1), ("read_case_text(json", 1)],
    ids=["file", "memory"],
)
def test_its_python_assesses_a_case(tmp_path, having, records, monkeypatch):
    rule = tmp_path / "rules" / "safety" / "no_adr_here.yaml"
    rule.parent.mkdir(parents=True)
    rule.write_text(LOCAL_VETO, encoding="utf-8")
    case_file(tmp_path).rename(tmp_path / "case.yaml")
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    exec(block("python", having), space)  # noqa: S102  the README's own text
    assert space["result"].recommendation.strategies
    assert verify(tmp_path / "home" / "audit").records == records


def test_it_names_every_hook_and_no_other():
    named = {line.split("`")[1] for line in README.splitlines() if line.startswith("| `cto_cds_")}
    assert named == set(HOOK_NAMES)


def test_it_says_what_is_implied_while_planning_and_how_to_prevent_it(home, tmp_path, pack):
    plain = " ".join(README.split())
    implied = {
        fact.name: fact.when_group_absent
        for fact in pack.vocabulary.facts.values()
        if fact.when_group_absent
    }
    for name, word in implied.items():
        assert f"`{name}: {word}`" in plain
    case = case_file(tmp_path)
    told = home.run("assess", case, "--json").json["facts"]
    taken = {path for path, fact in told.items() if fact.get("source") in plain.split('"')}
    assert taken == {f"procedure.{name}" for name in implied}
    prevented = "".join(f"  {name}: unknown\n" for name in implied)
    case.write_text(f"{case.read_text(encoding='utf-8')}procedure:\n{prevented}", encoding="utf-8")
    told = home.run("assess", case, "--json").json["facts"]
    assert {told[path]["value"] for path in taken} == {"unknown"}
