"""Barcodes of work orders: short, without letters that are taken for digits, with a check character.

The check character is that of ISO/IEC 7064, MOD 37-36: any one wrong character is found, and any two
neighbours that were swapped.
"""

from __future__ import annotations

import secrets
from typing import Final

from services.runtime.errors import InvalidArgument

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 8
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIZE: Final = len(_ALPHABET)
_IGNORED: Final = str.maketrans("", "", " -")


def new() -> str:
    """Return a random barcode."""
    while True:
        body = "".join(secrets.choice(LETTERS) for _ in range(LENGTH - 1))
        check = check_character(body)
        if check in LETTERS:
            return body + check


def check_character(body: str) -> str:
    """Return the check character of digits and capital letters. Raises ValueError for others."""
    return _ALPHABET[(1 - _product(body)) % _SIZE]


def read(scanned: str) -> str:
    """Return the barcode that was scanned; InvalidArgument if it was misread."""
    code = scanned.translate(_IGNORED).upper()
    if (
        len(code) != LENGTH
        or not set(code) <= set(LETTERS)
        or check_character(code[:-1]) != code[-1]
    ):
        raise InvalidArgument.field(
            "barcode",
            "BARCODE_MISREAD",
            "This is not a barcode of a work order, or it was misread. Scan it again.",
        )
    return code


def _product(body: str) -> int:
    """Return the product of the recursive method of the standard, before the check character."""
    product = _SIZE
    for character in body:
        total = (product + _ALPHABET.index(character)) % _SIZE or _SIZE
        product = 2 * total % (_SIZE + 1)
    return product
