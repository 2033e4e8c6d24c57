"""Barcodes: a wrong character and two that were swapped are found before anything moves."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.manufacturing.domain import barcodes
from services.manufacturing.domain.barcodes import LENGTH, LETTERS
from services.runtime.errors import InvalidArgument

bodies = st.text(LETTERS, min_size=LENGTH - 1, max_size=LENGTH - 1).filter(
    lambda body: barcodes.check_character(body) in LETTERS
)


def test_the_check_character_is_that_of_the_standard() -> None:
    # The example of the IFPI's handbook of Global Release Identifiers, A1-2425G-ABC1234002-M.
    assert barcodes.check_character("A12425GABC1234002") == "M"


def test_new_barcodes_are_read_as_they_are() -> None:
    made = [barcodes.new() for _ in range(200)]
    assert [barcodes.read(code) for code in made] == made
    assert len(set(made)) == len(made)
    assert {len(code) for code in made} == {LENGTH}


@given(bodies)
def test_small_letters_spaces_and_hyphens_are_accepted(body: str) -> None:
    code = body + barcodes.check_character(body)
    assert barcodes.read(f" {code[:4].lower()}-{code[4:]} ") == code


@given(bodies, st.integers(0, LENGTH - 1), st.sampled_from(LETTERS))
def test_one_wrong_character_is_found(body: str, place: int, wrong: str) -> None:
    code = body + barcodes.check_character(body)
    assume(code[place] != wrong)
    with pytest.raises(InvalidArgument):
        barcodes.read(code[:place] + wrong + code[place + 1 :])


@given(bodies, st.integers(0, LENGTH - 2))
def test_two_neighbours_that_were_swapped_are_found(body: str, place: int) -> None:
    code = body + barcodes.check_character(body)
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    with pytest.raises(InvalidArgument):
        barcodes.read(swapped)


@pytest.mark.parametrize(
    "scanned", ["", "ÄÄÄÄÄÄÄÄ", "IIIIIIII", "1234567", "123456789", "\u0661" * 8]
)
def test_what_is_no_barcode_is_refused(scanned: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        barcodes.read(scanned)
    assert refused.value.violations[0].reason == "BARCODE_MISREAD"
