"""Pictures that shoppers put on a product."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.page.visits import Visit

PHOTO = "#input-photo"
MARK = "#input-mark"


@pytest.fixture
def mug(open_page: Any) -> Visit:
    visit: Visit = open_page("mugworks")
    visit.open("mug")
    return visit


def most_colourful(picture: Image.Image) -> int:
    """How far apart red, green and blue are where they are furthest apart, after some smoothing."""
    small = picture.resize((200, 150), Image.Resampling.BOX)
    bands = [small.getchannel(band).tobytes() for band in "RGB"]
    return max(max(pixel) - min(pixel) for pixel in zip(*bands, strict=True))


def test_a_photo_is_shown_on_the_mug_and_taken_off_again(mug: Visit) -> None:
    empty = mug.shop.digest("mug", {})
    mug.page.locator(PHOTO).set_input_files("examples/photos/shopper-lake.webp")
    mug.button("Remove").wait_for()
    mug.page.wait_for_function(
        "empty => document.querySelector('luneo-product').shadowRoot.querySelector('luneo-editor')"
        ".shadowRoot.querySelector('canvas').dataset.layout.replace(empty, '')",
        arg=empty,
    )
    assert most_colourful(mug.pixels()) > 45
    mug.button("Remove").click()
    mug.shows(empty)
    assert most_colourful(mug.pixels()) < 30  # white glaze on grey


def test_a_drawing_takes_the_place_of_the_brands_own_mark(open_page: Any) -> None:
    visit = open_page()
    visit.open("walnut-plaque")
    standard = visit.shop.digest("walnut-plaque", {})
    visit.page.locator(MARK).set_input_files("examples/artwork/mugworks-logo.svg")
    visit.button("Use the standard one").click()
    visit.shows(standard)


def test_a_photo_too_small_to_print_is_pointed_out(mug: Visit) -> None:
    mug.page.locator(PHOTO).set_input_files("examples/photos/shopper-lake-small.webp")
    expect(mug.page.locator("#about-photo")).to_contain_text(
        re.compile(r"68 pixels per inch.*150 are needed")
    )


def test_a_file_that_is_refused_says_why_in_the_services_words(mug: Visit) -> None:
    mug.page.locator(PHOTO).set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": b"this is no picture"}
    )
    said = mug.page.locator("#said-photo")
    expect(said).not_to_have_text("Uploading…")
    expect(said).to_have_text(re.compile(r"\w+.*\."))
    mug.forgive("400")
    assert mug.page.get_by_role("button", name="Remove").count() == 0


def test_a_picture_may_be_dropped(mug: Visit) -> None:
    data = io.BytesIO()
    Image.new("RGB", (1200, 1000), "#cc3344").save(data, "PNG")
    transfer = mug.page.evaluate_handle(
        """bytes => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "red.png", { type: "image/png" }));
          return transfer;
        }""",
        list(data.getvalue()),
    )
    mug.page.locator(".upload").dispatch_event("drop", {"dataTransfer": transfer})
    mug.button("Remove").wait_for()
