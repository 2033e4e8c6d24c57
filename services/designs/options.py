"""What was chosen of a product's options, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from luneo.design.v1 import template_pb2


def chosen_names(template: template_pb2.Template, options: Mapping[str, str]) -> dict[str, str]:
    """Return the names of options and of what was chosen, in the template's order."""
    return {
        option.display_name or option.id: choice.display_name or choice.id
        for option in template.options
        for choice in option.choices
        if options.get(option.id) == choice.id
    }
