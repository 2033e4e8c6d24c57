"""The order of problems: the same whatever found them first."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from render_core.compose import compose
from render_core.design import Design, TextValue
from render_core.layout import Box
from render_core.problems import Problem, Severity, in_order
from tests.fonts import FontLibrary
from tests.render_core.composing import design, text_zone


def _problem(code: str, zone: str, start: int = 0, *, warning: bool = False) -> Problem:
    severity = Severity.WARNING if warning else Severity.ERROR
    return Problem(code, severity, zone, "", start_utf16=start, end_utf16=start)


def test_problems_come_by_zone_then_gravity_then_place_whatever_their_order_was() -> None:
    ordered = (
        _problem("Z", "b"),
        _problem("A", "b", 3),
        replace(_problem("A", "b", 3), box=Box(1, 1, 2, 2)),
        _problem("B", "b", 3),
        _problem("A", "b", 0, warning=True),
        _problem("A", "a"),
        _problem("A", "unknown"),
        _problem("A", ""),
    )
    for some in permutations(ordered, 8):
        if some[0] is not ordered[-1]:
            continue
        assert in_order(some, ["b", "a"]) == ordered


def test_a_problem_that_was_found_twice_is_told_once() -> None:
    assert len(in_order([_problem("A", "a"), _problem("A", "a")], ["a"])) == 1


def test_all_problems_of_a_design_come_at_once_and_by_zone() -> None:
    first = text_zone(max_graphemes=2, allowed="a-z")
    second = replace(first, id="second")
    made = design(first, TextValue("abcD\u200b", ink=7))
    template = replace(made.template, zones=(second, first))
    values = {**made.values, "second": TextValue("xyz"), "nowhere": TextValue("x")}
    problems = compose(Design(template, values, {"metal": "tin"}), FontLibrary()).problems
    assert [(p.zone, p.code) for p in problems] == [
        ("second", "TEXT_TOO_LONG"),
        ("name", "INK_UNKNOWN"),
        ("name", "TEXT_TOO_LONG"),
        ("name", "CHARACTER_NOT_ALLOWED"),
        ("name", "INVISIBLE_CHARACTER"),
        ("nowhere", "ZONE_UNKNOWN"),
        ("", "OPTION_UNKNOWN"),
    ]
    assert all(problem.params for problem in problems if problem.code != "INK_UNKNOWN")
