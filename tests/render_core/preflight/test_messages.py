"""What problems say: every key has its words, and every value that words name is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import render_core
from render_core.preflight.messages import MESSAGES, VARIANT, problem
from render_core.problems import Problem, Severity

SOURCES = Path(render_core.__file__).parent
KEY = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+(\.[a-z_]+)?")


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCES.rglob("*.py")):
        name = str(path.relative_to(SOURCES))
        if name not in ("preflight/messages.py", "preflight/making_messages.py"):
            yield name, ast.parse(path.read_text())


def words_of(key: str) -> set[str]:
    """Return the names of the values in the words of a key."""
    words = MESSAGES[key]
    named = (*Formatter().parse(words.message), *Formatter().parse(words.suggestion))
    return {field for _, field, _, _ in named if field is not None}


def calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def keys_in(node: ast.AST) -> set[str]:
    return {
        found.value
        for found in ast.walk(node)
        if isinstance(found, ast.Constant) and isinstance(found.value, str)
    }


def test_no_problem_is_made_but_from_the_table() -> None:
    for name, tree in sources():
        assert not list(calls(tree, "Problem")), f"{name} writes its own words"


def test_every_key_that_is_written_down_has_its_words() -> None:
    for name, tree in sources():
        for call in calls(tree, "problem"):
            assert keys_in(call.args[0]) <= MESSAGES.keys(), f"{name}, line {call.lineno}"


def test_every_entry_of_the_table_is_used() -> None:
    written = set().union(*(keys_in(tree) for _, tree in sources()))
    assert MESSAGES.keys() - written == set()


def test_values_that_are_given_are_those_that_the_words_name() -> None:
    checked = 0
    for name, tree in sources():
        for call in calls(tree, "problem"):
            given = [k.value for k in call.keywords if k.arg == "params"]
            if given and not isinstance(given[0], ast.Dict):
                continue  # Made elsewhere: `problem` itself refuses what is missing.
            named = {
                key.value
                for pairs in given
                if isinstance(pairs, ast.Dict)
                for key in pairs.keys
                if isinstance(key, ast.Constant)
            }
            for key in keys_in(call.args[0]):
                assert words_of(key) == named, f"{name}, line {call.lineno}: {key}"
                checked += 1
    assert checked > 10


@pytest.mark.parametrize("key", MESSAGES)
def test_words_are_sentences_with_named_values(key: str) -> None:
    words = MESSAGES[key]
    assert KEY.fullmatch(key)
    for sentence in filter(None, (words.message, words.suggestion)):
        assert sentence.endswith(".")
        assert "  " not in sentence
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in words_of(key))
    assert VARIANT not in words_of(key)


def test_the_values_of_a_problem_rebuild_its_sentence() -> None:
    made = problem("TEXT_TOO_LONG", "name", params={"count": 9, "limit": 5, "excess": 4})
    assert made.params == (("count", "9"), ("excess", "4"), ("limit", "5"))
    assert MESSAGES["TEXT_TOO_LONG"].message.format_map(dict(made.params)) == made.message
    assert made.suggestion == "Remove 4."
    assert made.severity is Severity.ERROR


def test_a_variant_is_told_beside_the_code() -> None:
    made = problem("VALUE_KIND_WRONG.colour", "trim", params={"name": "Trim"})
    assert made.code == "VALUE_KIND_WRONG"
    assert dict(made.params)[VARIANT] == "colour"


def test_what_a_shopper_typed_is_not_read_as_words() -> None:
    made: Problem = problem("CHARACTER_NOT_ALLOWED", "name", params={"text": "{text}{0}%s"})
    assert made.message == "“{text}{0}%s” cannot be used here."


def test_a_word_without_its_value_is_a_fault() -> None:
    with pytest.raises(KeyError):
        problem("TEXT_TOO_LONG", "name", params={"count": 9})
