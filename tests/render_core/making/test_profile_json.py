"""Machine profiles as files: strict, and the same document back."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_type_hints

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_core.errors import UnsupportedDesign
from render_core.layout import Operation
from render_core.making.profile import FileFormat, MachineProfile
from render_core.making.profile_json import LIBRARY, LIMITS, library, read, read_file

MACHINES = library()
PLAIN: dict[str, Any] = {
    "format": "luneo-machine/1",
    "id": "laser",
    "display_name": "Laser",
    "formats": ["svg"],
    "operations": [{"operation": "cut", "name": "Cut", "kerf_um": 200}],
}


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_of_the_library_reads_back_as_itself(name: str) -> None:
    profile = MACHINES[name]
    again = read(orjson.loads(profile.canonical()))
    assert again == profile
    assert again.sha256 == profile.sha256


def test_the_library_holds_the_common_machines_each_under_its_own_id() -> None:
    assert [path.stem for path in sorted(LIBRARY.glob("*.json"))] == list(MACHINES)
    assert len(MACHINES) >= 12
    known = {one for profile in MACHINES.values() for one in profile.formats}
    assert known == set(FileFormat)
    names = {one.name for profile in MACHINES.values() for one in profile.operations}
    assert {"CutContour", "CutContur", "Thru-cut", "White", "Varnish", "Foil"} <= names


def test_what_a_file_leaves_out_has_the_default_of_its_field() -> None:
    profile = read(PLAIN)
    assert profile.tolerance_um == 10
    assert profile.operation(Operation.CUT) is profile.operations[0]
    assert profile.operations[0].kerf_um == 200


def test_every_number_of_a_profile_has_limits_and_its_default_lies_within() -> None:
    for kind, limits in LIMITS.items():
        hints = get_type_hints(kind)
        assert {one.name for one in fields(kind) if hints[one.name] is int} == limits.keys()
        for one in fields(kind):
            if one.name in limits and isinstance(one.default, int):
                low, high = limits[one.name]
                assert low <= one.default <= high, f"{kind.__name__}.{one.name}"


def with_operation(**changes: object) -> dict[str, Any]:
    return {**PLAIN, "operations": [{**PLAIN["operations"][0], **changes}]}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({**PLAIN, "format": "luneo-machine/9"}, "format"),
        ({**PLAIN, "id": "Laser 1"}, "id"),
        ({**PLAIN, "display_name": ""}, "display_name"),
        ({**PLAIN, "display_name": "a\x00b"}, "display_name"),
        ({**PLAIN, "formats": []}, "formats"),
        ({**PLAIN, "formats": ["svg", "svg"]}, "formats"),
        ({**PLAIN, "formats": ["dwg"]}, "formats[0]"),
        ({**PLAIN, "operations": []}, "operations"),
        ({**PLAIN, "bed_width_um": 100}, "bed_height_um"),
        (
            {**PLAIN, "bed_width_um": 9_000, "bed_height_um": 9_000, "margin_um": 4_500},
            "margin_um",
        ),
        ({**PLAIN, "tolerance_um": 0}, "tolerance_um"),
        ({**PLAIN, "dpi": 1e3}, "dpi"),
        ({**PLAIN, "kerf": 1}, "kerf"),
        ({**PLAIN, "marks": {"kind": "eyes"}}, "marks.kind"),
        ({**PLAIN, "contour": {"offset_um": -1}}, "contour.offset_um"),
        ({**PLAIN, "embroidery": {"stitch_um": 9_000}}, "embroidery.stitch_um"),
        ({**PLAIN, "order_cuts": 1}, "order_cuts"),
        (with_operation(kerf_um=-1), "operations[0].kerf_um"),
        (with_operation(kerf_um=True), "operations[0].kerf_um"),
        (with_operation(name=""), "operations[0].name"),
        (with_operation(rgb=[0, 0, 256]), "operations[0].rgb"),
        (with_operation(operation="screen-only"), "operations[0].operation"),
        (with_operation(operation="weld"), "operations[0].operation"),
        (with_operation(fill={"kind": "hatch"}), "operations[0].fill.kind"),
        (with_operation(operation="print", bridge_um=5), "operations[0].bridge_um"),
        ({**PLAIN, "operations": PLAIN["operations"] * 2}, "operations[1].name"),
        ([], ""),
    ],
)
def test_a_mistake_is_refused_with_its_place(document: object, field: str) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        read(document)
    assert (refused.value.reason, refused.value.field) == ("MACHINE_FILE_INVALID", field)


def test_a_contour_cut_needs_an_operation_that_cuts() -> None:
    document = with_operation(operation="print", kerf_um=0)
    with pytest.raises(UnsupportedDesign, match="needs an operation that cuts"):
        read({**document, "contour": {"offset_um": 100}})


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b" " * 300_000])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedDesign):
        read_file(data)


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.booleans(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from([*PLAIN, "marks", "gcode", "embroidery"]), inner)
        ),
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    with pytest.raises(UnsupportedDesign):
        read(value)


def test_another_kerf_is_another_hash() -> None:
    profile: MachineProfile = read(PLAIN)
    assert replace(profile, tolerance_um=11).sha256 != profile.sha256
