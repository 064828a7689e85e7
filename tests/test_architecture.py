"""What the source itself must be like: small modules, and medicine in the rules alone."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "cto_cds"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST, MEDIAN = 600, 150

NAMES_IN_CODE = {
    ("advice/compose.py", "center.missing_equipment"): "what lacks here is marked in the plan",
    ("advice/warning.py", "procedure.phase"): "the result has a field for the phase",
    ("advice/by_strategy.py", "procedure.strategies_tried"): "the strategy used becomes the score",
    ("advice/parting.py", "procedure.strategies_tried"): "what was tried moves in the list",
    ("advice/borderline.py", "ranking"): "the kind of the rule, not its content",
    ("rulefile/decision_file.py", "last"): "the word of 'tried: last'",
}
WORDS_IN_CODE = {
    ("advice/compose.py", "planning"): "while planning, nothing has been tried",
    ("report/grouping.py", "planning"): "while planning, nothing has been wired",
    ("engine/rowtest.py", "none"): "the word of 'effect: none'",
    ("facts/vocabulary.py", "yes"): "how YAML writes true",
    ("facts/fields.py", "no"): "the word of 'bars: no' and the like",
    ("facts/fields.py", "yes"): "the word of 'bars: yes' and the like",
    ("advice/whatif.py", "none"): "the plan has no first choice",
    ("report/names.py", "ivus"): "the name of a group, in words for a person",
}
NO_WORD_OF_MEDICINE = {"none", "other", "no", "yes", "unknown"}
"""Words of the vocabulary that are also words of programs, where no case is decided."""

DECIDING = ("advice", "engine", "facts", "rulefile")
HARMLESS = {0, 1, 2, -1}
NUMBERS_IN_CODE = {
    "advice/cells.py": {0.5: "half of the normal distribution"},
    "advice/certainty.py": {0.5: "half of the normal distribution"},
    "advice/settling.py": {6: "how many missing facts one sentence names"},
    "advice/whatif.py": {1e-6: "a chance that is left out"},
    "engine/dialect.py": {65535: "durable_rules counts in 16 bits"},
    "engine/engine.py": {5: "how many differences a message shows"},
    "rulefile/figures.py": {100: "the most that a percentage can be"},
    "engine/mutation.py": {20_000: "the most cells in which two conditions are compared"},
    "engine/normal_form.py": {256: "the most ways in which a condition can hold"},
    "engine/worker.py": {60.0: "seconds for a child to start"},
    "engine/worker_main.py": {3: "position of an argument"},
    "facts/case.py": {
        200: "the longest name of a case",
        4_000_000: "the largest file that is read",
    },
    "facts/document.py": {
        40: "the deepest nesting",
        80: "how much of a text a message repeats",
        4_000_000: "the longest text",
    },
    "facts/fields.py": {0.6: "how alike two names are to be offered"},
    "facts/measured.py": {3: "decimals of a position"},
    "facts/opening.py": {0.02: "seconds between two looks at a pipe"},
    "rulefile/association_file.py": {1000: "stands in for an interval that could not be read"},
    "rulefile/comparison.py": {4: "parts of a pattern"},
    "rulefile/cache.py": {4: "parts of a stored node"},
    "rulefile/score_file.py": {1000: "beyond every total, for 'any'"},
    "rulefile/proof.py": {300_000: "the most cases that a proof goes through"},
}
TECHNICAL = {"engine/limits.py"}
"""What durable_rules can take, and the hash with which it mixes names up."""

CLINICAL_NUMBER = re.compile(
    r"[a-z]_[a-z]+ [<>]=? \d|\d\s?(mm3?|%|deg|months|years|mL|Gy|atm|kV)(?![\w/])"
)
EXAMPLES = {"rulefile/comparison.py": "a message that shows how a comparison is written"}


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def constants(path: Path) -> Iterator[ast.Constant]:
    """Yield every literal that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in bare:
            yield node


@pytest.fixture(scope="module")
def medical_names(pack) -> set[str]:
    vocabulary = pack.vocabulary
    rules = {rule.id for rule in pack.rules()}
    return {*vocabulary.facts, *vocabulary.by_path, *pack.techniques, *rules}


def test_no_module_is_long_and_most_are_short():
    lengths = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert len(lengths) > 80
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
    assert statistics.median(lengths.values()) <= MEDIAN


def test_no_fact_score_strategy_or_technique_is_named_in_code(medical_names):
    assert len(medical_names) > 150
    found = {
        (name_of(path), node.value)
        for path in MODULES
        for node in constants(path)
        if isinstance(node.value, str) and node.value in medical_names
    }
    assert found <= NAMES_IN_CODE.keys()


def test_no_word_that_a_case_can_say_is_named_in_code(pack):
    words = {word for fact in pack.vocabulary.facts.values() for word in fact.words}
    assert {"blunt", "tapered", "extraplaque"} <= words
    found = {
        (name_of(path), node.value)
        for path in MODULES
        for node in constants(path)
        if isinstance(node.value, str)
        and node.value in words
        and not (node.value in NO_WORD_OF_MEDICINE and name_of(path).split("/")[0] not in DECIDING)
    }
    assert found <= WORDS_IN_CODE.keys() | NAMES_IN_CODE.keys()


def test_no_text_in_code_holds_a_number_with_a_clinical_unit_or_a_limit():
    found = [
        f"{name_of(path)}:{node.lineno}: {node.value}"
        for path in MODULES
        for node in constants(path)
        if isinstance(node.value, str) and CLINICAL_NUMBER.search(node.value)
        if name_of(path) not in EXAMPLES
    ]
    assert found == []


def test_every_number_in_deciding_code_is_a_technical_one():
    found = [
        f"{name_of(path)}:{node.lineno}: {node.value}"
        for path in MODULES
        if name_of(path).split("/")[0] in DECIDING and name_of(path) not in TECHNICAL
        for node in constants(path)
        if isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value not in HARMLESS
        and node.value not in NUMBERS_IN_CODE.get(name_of(path), {})
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "clinical"),
    [
        ("occlusion_length >= 20 mm", True),
        ("a bend of more than 45 deg", True),
        ("at least 50 %", True),
        ("occlusion_count >= 2", True),
        ("CHECK (number > 0)", False),
        ("%d records", False),
        ("{spread:.1f} mm", False),
        ("format 1", False),
    ],
)
def test_the_search_for_clinical_numbers_finds_them(text, clinical):
    assert bool(CLINICAL_NUMBER.search(text)) is clinical


def test_nothing_is_left_to_do_and_no_check_is_switched_off_as_a_whole():
    found = []
    for path in MODULES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                found.append(f"{name_of(path)}:{number}: {line.strip()}")
            if re.search(r"#\s*(noqa|type: ignore)(?!: [A-Z]+\d|\[)", line):
                found.append(f"{name_of(path)}:{number}: {line.strip()}")
    assert found == []


def test_no_module_reaches_the_network():
    reaching = re.compile(r"^\s*(import|from)\s+(socket|urllib|http|ssl|requests|ftplib|smtplib)\b")
    found = [
        name_of(path)
        for path in MODULES
        for line in path.read_text(encoding="utf-8").splitlines()
        if reaching.search(line)
    ]
    assert found == []
