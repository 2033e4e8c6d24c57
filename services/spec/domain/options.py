"""Checks the options of a product: distinct choices, and a view and a price for whatever is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Final

from luneo.design.v1 import template_pb2
from luneo.spec.v1 import product_pb2

from services.runtime.errors import Violation
from services.spec.domain.ids import repeated

# So many combinations are looked at one by one; of more, a view without conditions is asked for.
MAX_COMBINATIONS: Final = 4096


def option_violations(template: template_pb2.Template, path: str) -> Iterator[Violation]:
    """Yield what is wrong with the options, and with the views that are shown for them."""
    for index, option in enumerate(template.options):
        yield from repeated(option.choices, f"{path}.options[{index}].choices", "choice")
    known = choices_of(template)
    for index, view in enumerate(template.views):
        for option_id, choice in sorted(view.shown_for.items()):
            if choice not in known.get(option_id, ()):
                yield Violation(
                    f"{path}.views[{index}].shown_for[{option_id!r}]",
                    "CHOICE_UNKNOWN",
                    f"No option {option_id!r} offers {choice!r}.",
                )
    if template.views and (missing := _without_view(template, known)):
        yield Violation(
            f"{path}.views",
            "VIEW_MISSING",
            f"No view shows the product with {missing}. Add one, or one without conditions.",
        )


def price_violations(revised: product_pb2.Product, path: str) -> Iterator[Violation]:
    """Yield what is wrong with the price: choices that bring it below zero."""
    cheapest = sum(
        min(choice.surcharge_cents for choice in option.choices)
        for option in revised.template.options
        if option.choices
    )
    if cheapest < 0 and revised.price.amount_cents + cheapest < 0:
        yield Violation(
            f"{path}.template.options",
            "PRICE_BELOW_ZERO",
            "The cheapest choices together cost less than nothing. Raise the price or a surcharge.",
        )


def choices_of(template: template_pb2.Template) -> dict[str, list[str]]:
    """Return the ids of choices by option."""
    return {option.id: [c.id for c in option.choices] for option in template.options}


def _without_view(template: template_pb2.Template, known: dict[str, list[str]]) -> str:
    """Return a combination of choices that no view shows, as words; "" if each has one."""
    asked = sorted({option for view in template.views for option in view.shown_for})
    if any(not view.shown_for for view in template.views) or not all(o in known for o in asked):
        return ""
    if prod(len(known[option]) for option in asked) > MAX_COMBINATIONS:
        return "every combination of choices"
    shown = [set(view.shown_for.items()) for view in template.views]
    for choices in product(*(known[option] for option in asked)):
        chosen = dict(zip(asked, choices, strict=True))
        if not any(view <= set(chosen.items()) for view in shown):
            return ", ".join(f"{option} {choice!r}" for option, choice in chosen.items())
    return ""
