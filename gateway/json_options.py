"""How JSON is read and written where the protobuf mapping leaves a choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


# Compared by identity: what is compiled for the choices is looked up with each message.
@dataclass(frozen=True, slots=True, eq=False)
class JsonOptions:
    """The choices, named for what they change.

    nonfinite: "NaN", "Infinity" and "-Infinity" are read as the mapping says; else they are refused.
    ignore_unknown: fields and names of enum values that are not known are skipped; else refused.
    print_defaults: fields without presence are written also at their default.
    enum_numbers: enum values are written as numbers. proto_names: fields are written with the names
    of the proto; both names are read in any case.
    """

    nonfinite: bool = False
    ignore_unknown: bool = False
    print_defaults: bool = False
    enum_numbers: bool = False
    proto_names: bool = False


# What suits one's own services: a typing mistake is an error, and no service meets a NaN.
STRICT: Final = JsonOptions()
