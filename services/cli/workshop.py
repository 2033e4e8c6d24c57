"""What the commands about orders, work orders and batches share: names, states, and how they are shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Final

import typer
from google.protobuf import json_format
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from services.cli.console import answers, write_plain
from services.cli.exits import CommandError, Exit
from services.cli.remote import Remote

_PAGE: Final = 200  # the most that a call returns

Brand = Annotated[str, typer.Argument(help="Id of the brand.")]
Most = Annotated[int, typer.Option("--most", min=1, help="How many to show, newest first.")]


def full_name(brand: str, collection: str, given: str) -> str:
    """Return a resource name; given: such a name, or its last part."""
    return given if "/" in given else f"brands/{brand}/{collection}/{given}"


def id_of(name: str) -> str:
    return name.rpartition("/")[2]


def state_number(enum: EnumTypeWrapper, prefix: str, given: str) -> Any:
    """Return the state that a person names, as "in-production"; unspecified for "".

    Raises CommandError, naming the states that there are.
    """
    if not given:
        return 0
    numbers = {_said(name, prefix): number for name, number in enum.items() if number}
    number = numbers.get(given.lower().replace("_", "-").replace(" ", "-"))
    if number is None:
        raise CommandError(f"{given} is no state. There are: {', '.join(numbers)}.", Exit.USAGE)
    return number


def state_name(enum: EnumTypeWrapper, prefix: str, number: Any) -> str:
    return _said(enum.Name(number), prefix)


def time_of(message: Message, field: str) -> str:
    """Return a time to the minute, in UTC; "" where there is none."""
    if not message.HasField(field):
        return ""
    moment: Timestamp = getattr(message, field)
    return moment.ToDatetime().strftime("%Y-%m-%d %H:%M")


def listed(
    remote: Remote, stub: Any, method: str, request: Any, most: int, items: str
) -> list[Any]:
    """Return the newest of a collection, page by page. items: the field of the answers that has them."""
    found: list[Any] = []
    while len(found) < most:
        request.page_size = min(_PAGE, most - len(found))
        page = remote.call(stub, method, request)
        found += getattr(page, items)
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    return found


def write_one(message: Message, as_json: bool, said: Callable[[Any], Iterator[str]]) -> None:
    """Write one resource: as the API has it, or as lines for people."""
    if as_json:
        write_plain(_document(json_format.MessageToDict(message)))
        return
    for line in said(message):
        answers.print(line, markup=False)


def write_all(
    messages: Sequence[Message], as_json: bool, row: Callable[[Any], Sequence[str]], none: str
) -> None:
    """Write resources: as the API has them, or a line for each, in columns. none: said where there are none."""
    if as_json:
        write_plain(_document([json_format.MessageToDict(one) for one in messages]))
        return
    if not messages:
        answers.print(none)
        return
    rows = [row(one) for one in messages]
    widths = [max(len(one[column]) for one in rows) for column in range(len(rows[0]))]
    for one in rows:
        cells = (cell.ljust(width) for cell, width in zip(one, widths, strict=True))
        answers.print("  ".join(cells).rstrip(), markup=False)


def _document(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _said(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower().replace("_", "-")
