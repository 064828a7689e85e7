"""What durable_rules 2.0.28 does, good and bad. A test that fails here means: another engine.

The first half is what the cage relies on. The second half is why there is a cage: each test shows
a trap that the cage must never walk into. If a trap is gone, its limit may be reconsidered.
"""

import json
import os
import signal
import subprocess
import sys

import durable_rules_engine as engine
import pytest

from cto_cds.engine.dialect import fired_rule, firing_text
from cto_cds.engine.limits import names_collide

ONE_RULE = {"r": {"all": [{"m": {"a": "x"}}]}}


def load(rules):
    return engine.create_ruleset("canary", json.dumps(rules))


def rules_for(*conditions: dict[str, object]):
    return {f"r{i}": {"pri": i, "all": [{"m": each}]} for i, each in enumerate(conditions)}


def tell(handle, sid="1", **fields: object):
    return engine.assert_fact(handle, json.dumps({"sid": sid, **fields}))


def firings(handle, most=100):
    first = engine.start_action_for_state(handle, 1)
    message = first and first[1]
    fired = []
    while message and len(fired) < most:
        fired += json.loads(message).items()
        message = engine.complete_and_start_action(handle, 1)
    return fired


def fired_names(rules, **fields: object):
    handle = load(rules)
    tell(handle, **fields)
    return [name for name, _ in firings(handle)]


def run_apart(lines, **environment: str):
    script = f"import durable_rules_engine as engine, json\n{lines}"
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=2,
    )


def test_rules_fire_in_the_order_of_priority_then_of_definition():
    order = {"third": 7, "first": 0, "fourth": 7, "second": 3}
    rules = {name: {"pri": pri, "all": [{"m": {"a": "x"}}]} for name, pri in order.items()}
    assert fired_names(rules, a="x") == ["first", "second", "third", "fourth"]


def test_a_firing_names_the_rule_and_repeats_the_text_of_the_fact():
    fact = '{"sid": "1",  "id":"1", "a" : "x"}'
    handle = load(ONE_RULE)
    assert engine.assert_fact(handle, fact) == (0, 1)
    _, message = engine.start_action_for_state(handle, 1)
    assert message == firing_text("r", fact)
    assert fired_rule(message) == "r"
    assert engine.complete_and_start_action(handle, 1) is None


def test_a_fact_without_a_match_has_code_1():
    assert tell(load(ONE_RULE), a="y")[0] == 1


def test_texts_are_equal_only_letter_by_letter():
    for other in ("X", "x ", " x", "xx", "", "xa"):
        assert fired_names(ONE_RULE, a=other) == []


def test_sessions_one_after_the_other_do_not_join():
    handle = load({"j": {"all": [{"p": {"k": "cap"}}, {"q": {"k": "calcium"}}]}})
    tell(handle, sid="1", k="cap")
    tell(handle, sid="2", k="calcium")
    assert firings(handle) == []


def test_the_stack_overflows_when_fields_stand_in_another_order_than_conditions():
    fields = [f"a{index:03d}" for index in range(40)]
    pairs = [{"$and": [{a: "T"}, {b: "T"}]} for a in fields for b in fields if a < b]
    assert tell(load(rules_for(*pairs)), **dict.fromkeys(fields, "T"))[0] == 0
    with pytest.raises(engine.error, match="303"):
        tell(load(rules_for(*pairs)), **dict.fromkeys(reversed(fields), "T"))


def test_64_true_conditions_are_taken_and_65_are_not():
    fields = {f"a{index}": "x" for index in range(65)}
    handle = load(rules_for(*[{name: "x"} for name in fields]))
    assert tell(handle, sid="1", **{**fields, "a0": "y"})[0] == 0
    with pytest.raises(engine.error, match="303"):
        tell(handle, sid="2", **fields)


def test_4096_rules_are_taken_and_4097_are_not():
    conditions = [{"a": str(index % 100)} for index in range(4097)]
    load(rules_for(*conditions[1:]))
    with pytest.raises(engine.error, match="106"):
        load(rules_for(*conditions))


def test_252_fields_are_taken_and_253_are_not():
    fields = {f"a{index}": "x" for index in range(253)}
    handle = load(ONE_RULE)
    fields.pop("a0")
    tell(handle, id="1", **fields)
    with pytest.raises(engine.error, match="302"):
        tell(handle, id="2", a0="x", **fields)


def test_trap_two_patients_join_when_their_names_have_the_same_hash():
    one, another = "patient-332789", "patient-529192"
    assert names_collide((one, another))
    handle = load({"j": {"all": [{"p": {"k": "cap"}}, {"q": {"k": "calcium"}}]}})
    tell(handle, sid=one, k="cap")
    tell(handle, sid=another, k="calcium")
    assert [name for name, _ in firings(handle)] == ["j"]


def test_trap_two_fields_are_one_when_their_names_have_the_same_hash():
    assert fired_names(rules_for({"fld169809": "x"}), fld1324616="x") == ["r0"]


def test_trap_the_second_key_of_a_condition_is_ignored():
    assert fired_names(rules_for({"a": "x", "b": "x"}), a="x", b="not x") == ["r0"]


def test_trap_a_true_text_is_a_true_number_is_true():
    assert fired_names(rules_for({"a": True}), a="true") == ["r0"]
    assert fired_names(rules_for({"a": True}), a=1) == ["r0"]
    assert fired_names(rules_for({"$lt": {"a": 20}}), a=True) == ["r0"]


def test_trap_long_texts_are_compared_modulo_65536():
    assert fired_names(rules_for({"a": "x" * 4464}), a="x" * 70_000) == ["r0"]


def test_trap_priorities_are_16_bits_without_a_sign():
    rules = {str(pri): {"pri": pri, "all": [{"m": {"a": "x"}}]} for pri in (-1, 1, 65_536)}
    assert fired_names(rules, a="x") == ["65536", "1", "-1"]


def test_trap_or_fires_once_for_each_true_branch():
    assert fired_names(rules_for({"$or": [{"a": "x"}, {"b": "x"}]}), a="x", b="x") == ["r0", "r0"]


def test_trap_a_bare_absence_also_matches_the_session_itself():
    assert fired_names(rules_for({"$nex": {"a": 1}}), b="x") == ["r0", "r0"]


def test_trap_a_rule_that_nothing_may_block_fires_although_blocked():
    handle = load({"r": {"all": [{"m_0": {"k": "go"}}, {"m_1$not": {"k": "stop"}}]}})
    tell(handle, k="go")
    tell(handle, k="stop")
    assert [name for name, _ in firings(handle)] == ["r"]


def test_trap_after_1024_live_sessions_there_is_no_memory():
    handle = load(ONE_RULE)
    for sid in range(1024):
        tell(handle, sid=str(sid), a="x")
    with pytest.raises(MemoryError):
        tell(handle, sid="1024", a="x")


def test_trap_255_equal_conditions_are_taken_256_crash_257_are_refused():
    def run(number) -> subprocess.CompletedProcess[bytes]:
        return run_apart(f"""
rules = {{str(i): {json.dumps(ONE_RULE["r"])} for i in range({number})}}
handle = engine.create_ruleset("b", json.dumps(rules))
engine.assert_fact(handle, json.dumps({{"sid": "1", "a": "x"}}))
""")

    assert run(255).returncode == 0
    assert run(256).returncode == -signal.SIGSEGV
    assert b"108" in run(257).stderr


def test_trap_513_conditions_loop_for_ever():
    rules = 'json.dumps({str(i): {"all": [{"m": {f"a{i}": "x"}}]} for i in range(513)})'
    with pytest.raises(subprocess.TimeoutExpired):
        run_apart(f'engine.create_ruleset("b", {rules})')


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc poisons freed memory on request")
def test_trap_deleting_a_session_without_a_firing_crashes():
    case = f"""
handle = engine.create_ruleset("b", {json.dumps(json.dumps(ONE_RULE))})
engine.assert_fact(handle, '{{"sid": "1", "a": "%s"}}')
%s
engine.delete_state(handle, "1")
"""
    poisoned = {"MALLOC_PERTURB_": "165"}
    assert run_apart(case % ("y", ""), **poisoned).returncode == -signal.SIGSEGV
    fire = "engine.start_action_for_state(handle, 1)"
    assert run_apart(case % ("x", fire), **poisoned).returncode == 0
