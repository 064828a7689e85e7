"""The cage answers as five lines of plain Python would, or not at all."""

import itertools
import json
import os
import random
import string
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import durable_rules_engine
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cto_cds.engine import cage as cage_module
from cto_cds.engine.cage import Block, Cage, FlatRule
from cto_cds.engine.dialect import firing_text
from cto_cds.errors import EngineError

LETTERS = "TFU"
BLOCK = Block(
    "b",
    (
        FlatRule("both", (("p", "T"), ("q", "F"))),
        FlatRule("second", (("q", "F"),)),
        FlatRule("other", (("q", "T"),)),
    ),
)
CASE = {"p": "T", "q": "F"}


def reference(block, atoms):
    return tuple(
        rule.id for rule in block.rules if all(atoms[atom] == letter for atom, letter in rule.needs)
    )


def random_block(chance):
    names = [f"atom {index}" for index in range(chance.randint(1, 20))]
    rules = []
    for index in range(chance.randint(1, 60)):
        atoms = sorted(chance.sample(names, chance.randint(1, min(5, len(names)))))
        rules.append(FlatRule(f"R{index}", tuple((a, chance.choice(LETTERS)) for a in atoms)))
    return Block("b", tuple(rules))


def letters():
    allowed = string.digits + string.ascii_letters + string.punctuation + " "
    alphabet = allowed.replace('"', "").replace("\\", "")
    return st.sampled_from(LETTERS) | st.text(alphabet, min_size=1, max_size=8)


@st.composite
def blocks_with_cases(draw):
    values = draw(st.lists(letters(), min_size=1, max_size=4, unique=True))
    names = st.text(min_size=1, max_size=3)
    needs = st.dictionaries(names, st.sampled_from(values), min_size=1, max_size=4)
    rules = draw(st.lists(needs, min_size=1, max_size=12))
    block = Block(
        "b", tuple(FlatRule(f"R{i}", tuple(sorted(need.items()))) for i, need in enumerate(rules))
    )
    value = st.sampled_from(values) | letters()
    cases = st.fixed_dictionaries(dict.fromkeys(block.atoms(), value))
    return block, draw(st.lists(cases, min_size=1, max_size=5))


@pytest.fixture
def cage():
    with Cage([BLOCK]) as cage:
        yield cage


def test_rules_fire_in_the_order_of_the_agenda(cage):
    assert cage.fire("b", CASE) == ("both", "second")
    assert cage.fire("b", {"p": "T", "q": "T"}) == ("other",)


def test_a_letter_that_no_rule_states_is_fine(cage):
    assert cage.fire("b", {"p": "T", "q": "T or F"}) == ()


@settings(max_examples=300, deadline=None)
@given(blocks_with_cases())
def test_any_block_agrees_with_the_reference(block_and_cases):
    block, cases = block_and_cases
    with Cage([block]) as cage:
        for atoms in cases:
            assert cage.fire("b", atoms) == reference(block, atoms)


def test_20_000_random_cases_agree_with_the_reference():
    chance = random.Random(20_250_101)  # noqa: S311 - the same cases in every run, no secret
    for _ in range(400):
        block = random_block(chance)
        with Cage([block]) as cage:
            for _ in range(50):
                atoms = {atom: chance.choice(LETTERS) for atom in block.atoms()}
                assert cage.fire("b", atoms) == reference(block, atoms)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc poisons freed memory on request")
def test_random_cases_agree_when_freed_memory_is_poisoned():
    test = f"{__file__}::test_20_000_random_cases_agree_with_the_reference"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        env={**os.environ, "MALLOC_PERTURB_": "165"},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )


def test_many_true_conditions_do_not_fill_the_stack():
    """60 atoms, all true, in 1770 pairs: in another order of fields the limit would be 33."""
    names = [f"atom {index:02}" for index in range(60)]
    pairs = [((a, "T"), (b, "T")) for a in names for b in names if a < b]
    block = Block("b", tuple(FlatRule(f"R{index}", pair) for index, pair in enumerate(pairs)))
    atoms = dict.fromkeys(reversed(names), "T")
    with Cage([block]) as cage:
        assert cage.fire("b", atoms) == reference(block, atoms)


def test_three_letters_of_each_of_60_atoms_do_not_fill_the_stack_as_one_is_true_at_once():
    names = [f"atom {index:02}" for index in range(60)]
    needs = [((name, letter),) for name in names for letter in LETTERS]
    needs += [
        ((a, x), (b, y)) for a, b in itertools.pairwise(names) for x in LETTERS for y in LETTERS
    ]
    block = Block("b", tuple(FlatRule(f"R{index}", need) for index, need in enumerate(needs)))
    chance = random.Random(60)  # noqa: S311 - the same cases in every run, no secret
    cases = [dict.fromkeys(names, letter) for letter in LETTERS]
    cases += [{name: chance.choice(LETTERS) for name in names} for _ in range(3)]
    with Cage([block]) as cage:
        for atoms in cases:
            assert cage.fire("b", atoms) == reference(block, atoms)


def test_two_patients_never_join():
    with Cage([BLOCK]) as cage:
        assert cage.fire("b", {"p": "T", "q": "U"}) == ()
        assert cage.fire("b", {"p": "U", "q": "F"}) == ("second",)


def test_blocks_are_matched_apart():
    other = Block("c", (FlatRule("p is unknown", (("p", "U"),)),))
    with Cage([BLOCK, other]) as cage:
        assert cage.fire("c", {"p": "U"}) == ("p is unknown",)
        assert cage.fire("b", CASE) == ("both", "second")


def test_threads_take_turns(cage):
    wrong = []

    def fire_often(atoms) -> None:
        expected = reference(BLOCK, atoms)
        wrong.extend(1 for _ in range(500) if cage.fire("b", atoms) != expected)

    cases = [{"p": p, "q": q} for p in LETTERS for q in LETTERS]
    threads = [threading.Thread(target=fire_often, args=(atoms,)) for atoms in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_one_session_at_a_time_and_none_twice(cage, monkeypatch):
    alive, seen = [], []

    def open_session(handle, fact) -> tuple[int, int]:
        sid = json.loads(fact)["sid"]
        assert not alive
        assert sid not in seen
        alive.append(sid)
        seen.append(sid)
        return engine["assert_fact"](handle, fact)

    def dawdle(handle, state) -> str | None:
        time.sleep(0.001)
        return engine["complete_and_start_action"](handle, state)

    def close_session(handle, sid) -> None:
        alive.remove(sid)
        engine["delete_state"](handle, sid)

    engine = dict(vars(durable_rules_engine))
    monkeypatch.setattr(durable_rules_engine, "assert_fact", open_session)
    monkeypatch.setattr(durable_rules_engine, "complete_and_start_action", dawdle)
    monkeypatch.setattr(durable_rules_engine, "delete_state", close_session)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: cage.fire("b", CASE), range(40)))
    assert answers == [("both", "second")] * 40
    assert not alive


FIRE_OFTEN = """
import resource
from cto_cds.engine.cage import Block, Cage, FlatRule
cage = Cage([Block("b", tuple(FlatRule(str(i), (("p", "T"),)) for i in range(5)))])
for times in (2_000, 20_000):
    for _ in range(times):
        cage.fire("b", {"p": "T"})
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_stays_flat():
    """In a process of its own, whose peak no other test has raised."""
    command = [sys.executable, "-c", FIRE_OFTEN]
    before, after = subprocess.check_output(command, text=True, timeout=60).split()
    assert int(after) < int(before) * 1.1


@pytest.mark.parametrize(
    ("block_id", "atoms", "found"),
    [
        ("a", CASE, "the cage has no such block"),
        ("b", {"p": "T"}, "the atom 'q' has no letter"),
        ("b", {**CASE, "r": "T"}, "the atom 'r' is not known to the block"),
        ("b", {**CASE, "q": ""}, "'' of atom 'q' is not a letter"),
        ("b", {**CASE, "q": "ä"}, "'ä' of atom 'q' is not a letter"),
        ("b", {**CASE, "q": None}, "None of atom 'q' is not a letter"),
        ("b", {**CASE, "q": 1.5}, "1.5 of atom 'q' is not a letter"),
    ],
)
def test_a_bad_case_is_refused_and_does_no_harm(cage, block_id, atoms, found):
    with pytest.raises(EngineError, match=found):
        cage.fire(block_id, atoms)
    assert not cage.poisoned
    assert cage.fire("b", CASE) == ("both", "second")


def test_two_blocks_with_one_id_are_refused():
    with pytest.raises(EngineError, match="two blocks have this id"):
        Cage([BLOCK, BLOCK])


class LyingEngine(SimpleNamespace):
    """durable_rules, but it announces these rules, or messages, for every case."""

    def __init__(self, *firings: str) -> None:
        super().__init__(**vars(durable_rules_engine))
        self.firings = iter(firings)
        self.assert_fact = self.keep_fact
        self.start_action_for_state = lambda *_: ("{}", self.next_message())
        self.complete_and_start_action = lambda *_: self.next_message()
        self.delete_state = lambda *_: None

    def keep_fact(self, _handle, fact):
        self.fact = fact
        return 0, 1

    def next_message(self):
        firing = next(self.firings, None)
        if firing is None or firing[0] in "[{":
            return firing
        return firing_text(firing, self.fact)


def failing(*_arguments: object) -> None:
    raise durable_rules_engine.error("error code: 303")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["r000", "r001"], "the sentinel did not fire"),
        (["r001", "r000", "end"], "out of order"),
        (["r000", "r000", "end"], "more than once"),
        (["end", "r000"], "out of order"),
        (["r000"] * 1000, "more rules fired than there are"),
        (["r007", "end"], "an unknown firing"),
        (["sid", "end"], "an unknown firing"),
        (['{"r000":{"m":{"a000": "of another patient"}}}', "end"], "an unknown firing"),
        (['{"r000":{}}', "end"], "an unknown firing"),
        (["{"], "an unknown firing"),
        ([], "an unexpected answer"),
    ],
)
def test_an_unexpected_answer_poisons_the_cage(cage, monkeypatch, names, found):
    monkeypatch.setattr(cage_module, "durable_rules_engine", LyingEngine(*names))
    with pytest.raises(EngineError, match=found):
        cage.fire("b", CASE)
    monkeypatch.undo()
    assert cage.poisoned
    with pytest.raises(EngineError, match="poisoned"):
        cage.fire("b", CASE)


def test_a_lie_that_is_in_order_would_be_believed(cage, monkeypatch):
    """So a second channel must agree."""
    monkeypatch.setattr(cage_module, "durable_rules_engine", LyingEngine("r002", "end"))
    assert cage.fire("b", CASE) == ("other",)


@pytest.mark.parametrize(
    "function",
    ["assert_fact", "start_action_for_state", "complete_and_start_action", "delete_state"],
)
def test_any_error_in_c_poisons_the_cage(cage, monkeypatch, function):
    monkeypatch.setattr(durable_rules_engine, function, failing)
    with pytest.raises(EngineError, match="error code: 303"):
        cage.fire("b", CASE)
    assert cage.poisoned


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_case_poisons_the_cage(cage, monkeypatch, interruption):
    def interrupt(*_arguments: object) -> None:
        raise interruption

    monkeypatch.setattr(durable_rules_engine, "complete_and_start_action", interrupt)
    with pytest.raises((KeyboardInterrupt, EngineError)):
        cage.fire("b", CASE)
    assert cage.poisoned


def test_a_fact_that_is_not_handled_poisons_the_cage(cage, monkeypatch):
    monkeypatch.setattr(durable_rules_engine, "assert_fact", lambda *_: (1, 1))
    with pytest.raises(EngineError, match="was not handled"):
        cage.fire("b", CASE)
    assert cage.poisoned


def test_a_poisoned_cage_frees_nothing(cage, monkeypatch):
    cage.poisoned = True
    monkeypatch.setattr(durable_rules_engine, "delete_ruleset", failing)
    cage.close()


def test_rules_that_c_refuses_make_no_cage(monkeypatch):
    monkeypatch.setattr(durable_rules_engine, "create_ruleset", failing)
    with pytest.raises(EngineError, match="its rules were not taken"):
        Cage([BLOCK])


def test_a_closed_cage_gives_no_answer():
    cage = Cage([BLOCK])
    cage.close()
    cage.close()
    with pytest.raises(EngineError, match="closed"):
        cage.fire("b", CASE)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_cage_is_refused_in_a_forked_child(cage):
    child = os.fork()
    if child == 0:
        try:
            cage.fire("b", CASE)
        except EngineError as error:
            os._exit(17 if "forked" in str(error) else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 17
    assert cage.fire("b", CASE) == ("both", "second")
