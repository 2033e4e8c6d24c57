"""Between machine profiles and their messages, which mirror each other field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.message import Message
from luneo.manufacturing.v1 import machine_profile_pb2

from render_core.making.profile import MachineProfile
from services.manufacturing.domain.machines import Machine, MachineRevision
from services.runtime import etags, moments, names

MACHINE = names.of(machine_profile_pb2.MachineProfile)
REVISION = names.of(machine_profile_pb2.MachineProfileRevision)
_OURS: Final = ("format", "id")


def name_of(brand: str, machine: str) -> str:
    return MACHINE.format(brand=brand, machine_profile=machine)


def revision_name(revision: MachineRevision) -> str:
    return REVISION.format(
        brand=revision.brand, machine_profile=revision.machine, revision=f"r{revision.number}"
    )


def etag_of(machine: Machine) -> str:
    name = name_of(machine.current.brand, machine.current.machine)
    return etags.of_version(name, machine.current.number)


def number_of(revision: str) -> int:
    """Return the number of a revision by its id; 0, which none has, for what is no such id."""
    digits = revision.removeprefix("r")
    return int(digits) if digits.isdecimal() and len(digits) < 10 and revision != digits else 0


def content_of(machine: machine_profile_pb2.Machine) -> dict[str, Any]:
    """Return what a message says as a document of `profile_json`, without what it leaves out."""
    return _document(machine)


def to_proto(machine: Machine) -> machine_profile_pb2.MachineProfile:
    current = machine.current
    return machine_profile_pb2.MachineProfile(
        name=name_of(current.brand, current.machine),
        machine=machine_to_proto(current.profile),
        revision=revision_name(current),
        sha256=current.profile.sha256,
        create_time=moments.to_message(machine.created_at),
        update_time=moments.to_message(current.created_at),
        etag=etag_of(machine),
    )


def revision_to_proto(revision: MachineRevision) -> machine_profile_pb2.MachineProfileRevision:
    return machine_profile_pb2.MachineProfileRevision(
        name=revision_name(revision),
        machine=machine_to_proto(revision.profile),
        sha256=revision.profile.sha256,
        create_time=moments.to_message(revision.created_at),
    )


def machine_to_proto(profile: MachineProfile) -> machine_profile_pb2.Machine:
    """Return all that a profile says."""
    message = machine_profile_pb2.Machine()
    document = {key: value for key, value in profile.document().items() if key not in _OURS}
    _fill(message, document)
    return message


def _document(message: Message) -> dict[str, Any]:
    return {
        field.name: [_plain(field, one) for one in value]
        if field.is_repeated
        else _plain(field, value)
        for field, value in message.ListFields()
    }


def _plain(field: Any, value: Any) -> Any:
    if field.message_type is not None:
        return _document(value)
    if field.enum_type is not None:
        name = field.enum_type.values_by_number[value].name
        return name.removeprefix(_prefix(field)).lower().replace("_", "-")
    return value


def _fill(message: Message, document: Mapping[str, Any]) -> None:
    for name, value in document.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        if value is None:
            continue
        if field.is_repeated:
            _extend(getattr(message, name), field, value)
        elif field.message_type is not None:
            getattr(message, name).SetInParent()
            _fill(getattr(message, name), value)
        else:
            setattr(message, name, _scalar(field, value))


def _extend(repeated: Any, field: Any, values: Any) -> None:
    for value in values:
        if field.message_type is not None:
            _fill(repeated.add(), value)
        else:
            repeated.append(_scalar(field, value))


def _scalar(field: Any, value: Any) -> Any:
    if field.enum_type is None:
        return value
    return field.enum_type.values_by_name[_prefix(field) + value.upper().replace("-", "_")].number


def _prefix(field: Any) -> str:
    """Return what the names of an enumeration begin with: its value of zero has nothing else."""
    return str(field.enum_type.values_by_number[0].name).removesuffix("UNSPECIFIED")
