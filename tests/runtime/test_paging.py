"""Page tokens: they go on where the page before ended, for the query they were made for only."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from luneo.tenant.v1 import api_key_service_pb2, brand_service_pb2

from services.runtime.calls import Caller, CallerKind, Context
from services.runtime.errors import InvalidArgument
from services.runtime.keyring import Keyring
from services.runtime.paging import MAX_SIZE, Pages

ROWS = [f"row-{number:03}" for number in range(120)]
CONTEXT = Context(Caller(CallerKind.SERVER_KEY, "key:k", brand="a"), brand="a")


@pytest.fixture
def pages(keyring: Keyring) -> Pages:
    return Pages(keyring)


def request(size: int = 0, token: str = "", parent: str = "brands/a") -> object:
    return api_key_service_pb2.ListApiKeysRequest(parent=parent, page_size=size, page_token=token)


def walk(pages: Pages, size: int) -> list[list[str]]:
    """Return the pages of ROWS as a client walks them."""
    found, token = [], ""
    while True:
        page = pages.read(request(size, token), CONTEXT)
        after = page.position[0] if page.position else ""
        rows = [row for row in ROWS if row > after][: page.limit]
        shown = page.cut(rows, lambda row: (row,))
        found.append(shown.items)
        token = shown.next_page_token
        if not token:
            return found


@pytest.mark.parametrize("size", [1, 7, 60, 119, 120, 121])
def test_pages_hold_every_row_once_and_in_order(pages: Pages, size: int) -> None:
    found = walk(pages, size)
    assert [row for page in found for row in page] == ROWS
    assert all(len(page) == size for page in found[:-1])


def test_page_sizes_have_a_default_and_a_limit(pages: Pages) -> None:
    assert pages.read(request(0), CONTEXT).size == 50
    assert pages.read(request(10_000), CONTEXT).size == MAX_SIZE


def test_a_position_of_time_and_id_comes_back_whole(pages: Pages) -> None:
    moment = datetime(2026, 11, 21, 12, 30, 15, 123456, tzinfo=UTC)
    page = pages.read(request(1), CONTEXT)
    token = page.cut(["a", "b"], lambda row: (moment.isoformat(), row)).next_page_token
    assert pages.read(request(1, token), CONTEXT).moment_and_id() == (moment, "a")
    assert page.moment_and_id() is None


def test_a_token_counts_for_its_query_only(pages: Pages, keyring: Keyring) -> None:
    token = pages.read(request(1), CONTEXT).cut(ROWS, lambda row: (row,)).next_page_token
    pages.read(request(30, token), CONTEXT)  # another size is no other query
    other_caller = replace(CONTEXT, caller=Caller(CallerKind.SERVER_KEY, "key:other", brand="a"))
    wrong = [
        (request(1, token, parent="brands/b"), CONTEXT),
        (request(1, token), replace(CONTEXT, brand="b")),
        (request(1, token), other_caller),
        (request(1, token), replace(CONTEXT, owner="guest:x")),
        (brand_service_pb2.ListBrandsRequest(page_size=1, page_token=token), CONTEXT),
    ]
    for asked, context in wrong:
        with pytest.raises(InvalidArgument) as caught:
            pages.read(asked, context)
        assert caught.value.violations[0].reason == "PAGE_TOKEN_INVALID"


@pytest.mark.parametrize("token", ["x", "====", "é", "a" * 999, "null"])
def test_a_made_up_token_is_refused(pages: Pages, token: str) -> None:
    with pytest.raises(InvalidArgument):
        pages.read(request(1, token), CONTEXT)


def test_a_changed_token_is_refused(pages: Pages) -> None:
    token = pages.read(request(1), CONTEXT).cut(ROWS, lambda row: (row,)).next_page_token
    data = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    data[-3] ^= 1
    with pytest.raises(InvalidArgument):
        pages.read(request(1, base64.urlsafe_b64encode(bytes(data)).decode()), CONTEXT)
