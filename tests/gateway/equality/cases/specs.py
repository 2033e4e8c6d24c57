"""Cases of specs."""

from __future__ import annotations

from typing import Any

from luneo.spec.v1 import spec_service_pb2 as specs

from tests.gateway.equality.cases.registry import call, case, plain
from tests.gateway.equality.cases.steel_tag import design
from tests.gateway.equality.demo import BRAND, Demo

plain("GetSpecSchema", specs.GetSpecSchemaRequest(), "")


def _spec(demo: Demo, text: str = "Zoë") -> Any:
    return call(demo, "CreateSpec", specs.CreateSpecRequest(parent=BRAND, design=design(text)))


@case("CreateSpec")
def _(_: Demo) -> specs.CreateSpecRequest:
    return specs.CreateSpecRequest(parent=BRAND, design=design())


@case("GetSpec")
def _(demo: Demo) -> specs.GetSpecRequest:
    return specs.GetSpecRequest(name=_spec(demo).name)


@case("LookupSpec")
def _(demo: Demo) -> specs.LookupSpecRequest:
    return specs.LookupSpecRequest(parent=BRAND, spec_hash=_spec(demo).spec_hash)


@case("ValidateSpec")
def _(demo: Demo) -> specs.ValidateSpecRequest:
    return specs.ValidateSpecRequest(parent=BRAND, document=_spec(demo).document)


@case("DiffSpecs")
def _(demo: Demo) -> specs.DiffSpecsRequest:
    return specs.DiffSpecsRequest(name=_spec(demo).name, other=_spec(demo, "Zoe").name)
