"""Paths of OpenAPI for path templates: one parameter for each wildcard, named for what stands there."""

from __future__ import annotations

from gateway.httprule import Segment, Template, Wild
from gateway.schemas import Schema


def path_of(template: Template, ids: str = "") -> tuple[str, list[Schema]]:
    """Return the path and its parameters. ids: a pattern of what stands inside resource names."""
    names = parameter_names(template)
    pieces = [
        f"{{{names[i]}}}" if isinstance(segment, Wild) else segment
        for i, segment in enumerate(template.segments)
    ]
    verb = f":{template.verb}" if template.verb else ""
    named = {i for one in template.variables if one.multi for i in range(one.start, one.stop)}
    parameters = []
    for i, name in names.items():
        limit: Schema = {"pattern": f"^{ids}$"} if ids and i in named else {"minLength": 1}
        schema = {"type": "string", **limit}
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    return "/" + "/".join(pieces) + verb, parameters


def parameter_names(template: Template) -> dict[int, str]:
    """Return a name for each wildcard, by its place among the segments."""
    owners = {
        i: variable for variable in template.variables for i in range(variable.start, variable.stop)
    }
    names: dict[int, str] = {}
    for i, segment in enumerate(template.segments):
        if not isinstance(segment, Wild):
            continue
        owner = owners.get(i)
        before: Segment = template.segments[i - 1] if i else ""
        if owner is not None and (not owner.multi or isinstance(before, Wild) or i == owner.start):
            name = owner.field_path[-1]
        else:
            name = before.removesuffix("s") if isinstance(before, str) and before else "segment"
        taken = list(names.values())
        names[i] = name if name not in taken else f"{name}{i}"
    return names
