"""A broken plugin is told with its reason, and hurts neither a result nor another plugin."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from cli.running import LOCAL_VETO
from plugins.building import HEALTHY, IMPORT, distribution, rule_pack_plugin

from cto_cds.audit.verify import verify
from cto_cds.hookspecs import hookimpl
from cto_cds.registry import HOOK_NAMES, Registry

SOURCES = {
    "raises-at-import": (
        'raise RuntimeError("no licence found")',
        "RuntimeError: no licence found",
    ),
    "exits-at-import": ('raise SystemExit("set LICENCE")', "SystemExit: set LICENCE"),
    "is-no-python": ("def (", "SyntaxError"),
    "misspelt-hook": (
        IMPORT + "@hookimpl\ndef cto_cds_backend():\n    return []",
        "'cto_cds_backend' is not a hook. Did you mean",
    ),
    "unmarked-hook": (
        IMPORT + "def cto_cds_backends():\n    return []",
        "cto_cds_backends is not marked with @hookimpl",
    ),
    "wrong-arguments": (
        IMPORT
        + "class Ghost:\n    name, version = 'ghost', '1.0'\n"
        + "@hookimpl\ndef cto_cds_backends():\n    return [Ghost()]\n"
        + "@hookimpl\ndef cto_cds_result(outcome):\n    pass",
        (
            "PluginValidationError: Plugin 'wrong-arguments' for hook 'cto_cds_result'; "
            "hookimpl definition: cto_cds_result(outcome); Argument(s) {'outcome'}"
        ),
    ),
    "hands-over-a-number": (
        IMPORT + "@hookimpl\ndef cto_cds_backends():\n    return 7",
        "cto_cds_backends: it handed over a int instead of a list",
    ),
    "odd-rule-pack": (
        IMPORT + "@hookimpl\ndef cto_cds_rule_packs():\n    return ['a folder']",
        "cto_cds_rule_packs: it handed over a str, which is no RulePack",
    ),
    "rules-not-there": (
        IMPORT
        + "from pathlib import Path\n@hookimpl\ndef cto_cds_rule_packs():\n"
        + "    return [RulePack('gone', Path('/nowhere/rules'))]",
        "its rules are not in force: /nowhere/rules: there is no such folder",
    ),
}
MISTAKEN = LOCAL_VETO.replace("can_adr is yes", "can_adrr is yes")


@pytest.fixture
def broken(home, tmp_path):
    site = tmp_path / "site"
    for name, (source, _) in SOURCES.items():
        distribution(site, name, source)
    rule_pack_plugin(site, "mistaken-rules", {"safety/no_adr_here.yaml": MISTAKEN})
    return home.with_plugins(site)


def test_each_broken_plugin_is_listed_with_its_reason(broken):
    listed = {plugin["name"]: plugin for plugin in broken.run("plugins", "--json").json}
    for name, (_, reason) in SOURCES.items():
        assert listed[name]["state"] == "failed", name
        assert reason in listed[name]["reason"], name
        assert listed[name]["version"] == f"{name} 1.0"
    assert listed["mistaken-rules"]["state"] == "failed"
    assert "no_adr_here.yaml:12:7" in listed["mistaken-rules"]["reason"]
    assert listed["cto-cds-ccta"]["state"] == "loaded"
    shown = broken.run("plugins").words
    for name in SOURCES:
        assert name in shown
    assert "no licence found" in shown


def test_an_assessment_goes_on_beside_broken_plugins_and_warns_of_each(broken, home, case):
    ran = broken.run("assess", case, "--json")
    alone = home.run("assess", case, "--json").json
    for name in (*SOURCES, "mistaken-rules"):
        if name != "hands-over-a-number":  # nobody asked it for backends
            assert any(f"The plugin {name} " in warning for warning in ran.json["warnings"]), name
    assert any("its rules are not in force" in warning for warning in ran.json["warnings"])
    assert ran.json["recommendation"] == alone["recommendation"]
    assert not any("rules" in plugin for plugin in ran.json["provenance"]["plugins"])
    assert verify(home.audit).records == 2
    shown = broken.run("assess", case).words
    assert "The plugin mistaken-rules" in shown


NOT_IN_FORCE = {
    "mistaken": "Rules of the plugin mistaken (mistaken 1.0) are not in force, its safety rules "
    "included.",
    "gone": "The plugin gone (gone 1.0) could not be loaded: if it brings rules, they are not in "
    "force, its safety rules included.",
    "half": "Rules of the plugin half (half 1.0) are not in force, its safety rules included.",
}


@pytest.mark.parametrize("name", NOT_IN_FORCE)
def test_rules_of_a_plugin_that_are_not_in_force_stand_above_everything(home, case, tmp_path, name):
    site, sentence = tmp_path / "site", NOT_IN_FORCE[name]
    if name == "mistaken":
        rule_pack_plugin(site, name, {"safety/no_adr_here.yaml": MISTAKEN})
    elif name == "gone":
        distribution(site, name, "import no_such_module_anywhere")
    else:
        rule_pack_plugin(site, name, {"safety/no_adr_here.yaml": LOCAL_VETO})
        module = site / "half.py"
        text = module.read_text(encoding="utf-8")
        module.write_text(text.replace("return [", "return ['a folder', "), encoding="utf-8")
    hospital, report = home.with_plugins(site), tmp_path / "plan.html"
    shown = hospital.run("assess", case, "--report", report).words
    assert 0 < shown.index(sentence) < shown.index("'cto-cds plugins' says why.")
    assert shown.index("'cto-cds plugins' says why.") < shown.index("THE PLAN")
    page = report.read_text(encoding="utf-8")
    assert 0 < page.index(sentence) < page.index("The plan</h2>")
    for command in ("scores", "explain"):
        assert hospital.run(command, case).words.startswith(sentence)
        assert hospital.run(command, case, "--json").json["alerts"] == [sentence]
    told = hospital.run("assess", case, "--json").json
    assert told["provenance"]["rules_missing"] == [sentence]
    assert "the same answer" in hospital.run("audit", "replay", 1).out


def test_a_plugin_that_fails_elsewhere_raises_no_alarm_about_rules(home, case, tmp_path):
    fault = "ConnectionError('no route')"
    distribution(tmp_path / "site", "far-away", SINK.format(fault=fault))
    told = home.with_plugins(tmp_path / "site").run("assess", case, "--json").json
    assert "rules_missing" not in told["provenance"]


def test_a_plugin_that_failed_to_load_is_never_called(broken, series):
    ran = broken.run("quantify", series, "--backend", "ghost", "--json", status=1)
    assert "no backend is called 'ghost'" in ran.err


@pytest.mark.parametrize("hook", HOOK_NAMES)
def test_a_hook_that_raises_stops_nothing(home, case, tmp_path, hook):
    argument = "result" if hook == "cto_cds_result" else ""
    source = f"{IMPORT}@hookimpl\ndef {hook}({argument}):\n    raise SystemExit('out of order')\n"
    distribution(tmp_path / "site", "moody", source)
    installed = home.with_plugins(tmp_path / "site")
    ran = installed.run("assess", case, "--json")
    assert ran.json["audit"]["record"] == 1
    asked = hook in {"cto_cds_rule_packs", "cto_cds_audit_sinks", "cto_cds_result"}
    told = f"{hook}: SystemExit: out of order"
    assert (told in ran.err + " ".join(ran.json["warnings"])) == asked
    if hook != "cto_cds_result":
        (moody,) = [p for p in installed.run("plugins", "--json").json if p["name"] == "moody"]
        assert (moody["state"], moody["reason"]) == ("failed", told)


SINK = """
from cto_cds.hookspecs import hookimpl

class Sink:
    name = "log server"
    def send(self, record):
        raise {fault}

@hookimpl
def cto_cds_audit_sinks():
    return [Sink()]
"""


@pytest.mark.parametrize("fault", ["ConnectionError('no route')", "SystemExit('no route')"])
def test_a_sink_that_fails_is_told_and_the_result_is_still_recorded(home, case, tmp_path, fault):
    distribution(tmp_path / "site", "far-away", SINK.format(fault=fault))
    installed = home.with_plugins(tmp_path / "site")
    ran = installed.run("assess", case, "--json")
    assert "The plugin far-away (far-away 1.0) failed: its audit sink failed: " in ran.err
    assert "no route" in ran.err
    assert verify(home.audit).head == f"1:{ran.json['audit']['hash']}"
    assert home.with_plugins(tmp_path / "site").run("audit", "replay", 1).status == 0


CHECK = """
from cto_cds.hookspecs import hookimpl

class Check:
    name = "names"
    def check(self, pack):
        raise KeyError("no such rule")

@hookimpl
def cto_cds_rule_checks():
    return [Check()]
"""


def test_a_rule_check_that_breaks_does_not_let_rules_pass_unchecked(home, tmp_path):
    distribution(tmp_path / "site", "checker", CHECK)
    ran = home.with_plugins(tmp_path / "site").run("check", status=1)
    assert "plugin checker: its rule check broke: KeyError: 'no such rule'" in ran.err
    assert ran.shows_no_result


def test_a_plugin_that_stops_the_program_while_it_loads_is_named(home, tmp_path):
    distribution(tmp_path / "site", "stopper", "raise KeyboardInterrupt")
    ran = home.with_plugins(tmp_path / "site").run("plugins", status=130)
    assert ran.err.startswith("Stopped while the plugin stopper loaded.")
    assert "leave the plugin out with CTO_CDS_PLUGINS" in ran.err


def test_of_two_plugins_with_one_name_one_works_and_the_other_is_told(home, tmp_path):
    for site, word in (("one", "first"), ("two", "second")):
        distribution(tmp_path / site, f"{word}-maker", IMPORT)
        points = tmp_path / site / f"{word}_maker-1.0.dist-info" / "entry_points.txt"
        points.write_text(f"[cto_cds]\nsame = {word}_maker\n")
    path = f"{tmp_path / 'one'}:{tmp_path / 'two'}"
    listed = home.run("plugins", "--json", PYTHONPATH=path).json
    states = {plugin["name"]: plugin["state"] for plugin in listed}
    assert states["same"] == "loaded"
    assert states["same of second-maker 1.0"] == "failed"


@pytest.mark.parametrize("hook", [name for name in HOOK_NAMES if name != "cto_cds_result"])
def test_an_object_of_no_use_is_told_whatever_hook_hands_it_over(home, case, tmp_path, hook):
    source = f"{IMPORT}@hookimpl\ndef {hook}():\n    return [object()]\n"
    distribution(tmp_path / "site", "odd-one", source)
    installed = home.with_plugins(tmp_path / "site")
    (listed,) = [p for p in installed.run("plugins", "--json").json if p["name"] == "odd-one"]
    assert listed["state"] == "failed"
    assert f"{hook}: it handed over a object, which is no " in listed["reason"]
    installed.run("assess", case, "--json")
    installed.run("check")
    installed.run("phantom", "--list")


def test_every_reason_is_listed_and_a_plugin_of_which_a_part_works_is_told_apart(home, tmp_path):
    raising = "".join(
        f"@hookimpl\ndef {hook}():\n    raise ValueError('{hook[8:]} broke')\n"
        for hook in ("cto_cds_backends", "cto_cds_rule_checks", "cto_cds_audit_sinks")
    )
    distribution(tmp_path / "site", "in-part", IMPORT + raising + HEALTHY)
    distribution(tmp_path / "site", "in-whole", IMPORT + raising)
    installed = home.with_plugins(tmp_path / "site")
    listed = {plugin["name"]: plugin for plugin in installed.run("plugins", "--json").json}
    assert (listed["in-part"]["state"], listed["in-whole"]["state"]) == ("partly", "failed")
    assert len(listed["in-whole"]["reasons"]) == 3
    shown = installed.run("plugins").words
    for hook in ("backends", "rule_checks", "audit_sinks"):
        assert f"{hook} broke" in shown
    assert "cto_cds_practice_studies" in shown


def test_a_check_that_finds_no_problems_of_ours_does_not_let_rules_pass_unchecked(home, tmp_path):
    source = CHECK.replace('raise KeyError("no such rule")', "return ['too short']")
    distribution(tmp_path / "site", "checker", source)
    ran = home.with_plugins(tmp_path / "site").run("check", status=1)
    assert "plugin checker: its rule check broke: it found a str, which is no Problem" in ran.err


def test_what_a_plugin_prints_stays_out_of_the_results(home, case, tmp_path):
    source = IMPORT + "print('HELLO')\n" + HEALTHY
    distribution(tmp_path / "site", "talker", source)
    ran = home.with_plugins(tmp_path / "site").run("assess", case, "--json")
    assert ran.json["audit"]["record"] == 1
    assert "HELLO" in ran.err


def test_what_an_audit_sink_prints_stays_out_of_the_results(home, case, tmp_path):
    source = SINK.replace("raise {fault}", "print('HELLO')")
    distribution(tmp_path / "site", "talker", source)
    ran = home.with_plugins(tmp_path / "site").run("assess", case, "--json")
    assert ran.json["audit"]["record"] == 1
    assert "HELLO" in ran.err


def test_a_program_that_embeds_it_keeps_its_own_standard_output_for_all_its_threads():
    seen = []

    class Listening:
        @hookimpl
        def cto_cds_result(self, result) -> None:
            seen.append((result, sys.stdout))

    point = SimpleNamespace(name="listening", dist=None, load=Listening)
    Registry(found=[point]).tell("cto_cds_result", result="plan")
    assert seen == [("plan", sys.stdout)]
