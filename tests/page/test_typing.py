"""What happens at once while a shopper types."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Route, expect

from tests.page.visits import Visit, text

DESCRIPTION = """input => input.getAttribute("aria-describedby").split(" ")
  .map(id => input.getRootNode().getElementById(id)?.textContent ?? "").join(" ")"""

# Notes every layout that the canvas has shown.
SHOWN = """canvas => {
  canvas.shown = [];
  new MutationObserver(() => canvas.shown.push(canvas.dataset.layout))
    .observe(canvas, { attributes: true, attributeFilter: ["data-layout"] });
}"""


def described(visit: Visit, field: str) -> str:
    words: str = visit.field(field).evaluate(DESCRIPTION)
    return re.sub(r"\s+", " ", words).strip()


def test_a_problem_is_said_in_its_place(tag: Visit) -> None:
    expect(tag.field("Name")).to_have_attribute("aria-invalid", "false")
    tag.field("Name").fill("A" * 30)
    expect(tag.field("Name")).to_have_attribute("aria-invalid", "true")
    assert "This text has 30 characters; 24 are allowed. Remove 6." in described(tag, "Name")
    assert "30 of 24 characters" in described(tag, "Name")


def test_a_correction_is_taken_over_with_one_press(tag: Visit) -> None:
    tag.field("Name").fill("Em\u200bma")
    tag.button("Use “Emma”").click()
    expect(tag.field("Name")).to_have_value("Emma")
    expect(tag.field("Name")).to_be_focused()
    tag.shows(tag.shop.digest("steel-tag", {"name": text("Emma")}))
    assert described(tag, "Name") == ""


def test_what_is_still_empty_is_no_mistake_before_it_is_kept(tag: Visit) -> None:
    expect(tag.field("Name")).to_have_attribute("aria-invalid", "false")
    tag.button("Keep this design").click()
    expect(tag.field("Name")).to_have_attribute("aria-invalid", "true")
    expect(tag.field("Name")).to_be_focused()
    assert "must not be empty" in described(tag, "Name")
    assert tag.kept.count() == 0


def test_the_room_that_is_left_is_counted_as_readers_count(tag: Visit) -> None:
    family = "👨‍👩‍👧"
    tag.field("Name").fill("A" * 16 + family)
    assert "17 of 24 characters" in described(tag, "Name")
    tag.field("Name").fill("A")
    expect(tag.page.get_by_text("of 24 characters")).to_have_count(0)


def test_a_mark_is_charged_on_a_line_of_its_own(open_page: Any) -> None:
    visit = open_page("mugworks")
    visit.open("mug")
    expect(visit.page.get_by_text("€14.90")).to_have_count(1)
    visit.page.locator("#input-photo").set_input_files("examples/artwork/mugworks-logo.svg")
    expect(visit.page.get_by_text("€17.90")).to_be_visible()
    expect(visit.page.get_by_text("€3.00")).to_be_visible()


def test_lettering_and_colour_are_chosen_by_name(open_page: Any) -> None:
    visit = open_page("mugworks")
    visit.open("mug", {"caption": text("Good morning")})
    lettering = visit.page.get_by_role("radiogroup", name="Lettering")
    lettering.get_by_role("radio", name="Great Vibes").focus()
    visit.page.keyboard.press("Space")
    colour = visit.page.get_by_role("radiogroup", name="Colour")
    colour.get_by_role("radio", name="Midnight").focus()
    visit.page.keyboard.press("ArrowRight")
    font = f"{visit.shop.brand}/fonts/great-vibes"
    zones = {"caption": text("Good morning", font=font, ink=1)}
    visit.shows(visit.shop.digest("mug", zones))
    expect(colour.get_by_role("radio", name="Ember")).to_be_checked()


def test_each_lettering_shows_itself(open_page: Any) -> None:
    visit = open_page()
    visit.open("steel-tag")
    drawn = visit.page.get_by_role("radiogroup", name="Lettering").locator("svg path")
    expect(drawn).to_have_count(5)
    assert len(set(drawn.evaluate_all("paths => paths.map(path => path.getAttribute('d'))"))) == 5


def test_text_from_right_to_left_runs_from_the_right(tag: Visit) -> None:
    words = "שלום Emma"
    tag.field("Name").fill(words)
    tag.shows(tag.shop.digest("steel-tag", {"name": text(words)}))
    assert tag.field("Name").evaluate("input => input.matches(':dir(rtl)')")


def test_an_answer_that_was_overtaken_is_never_shown(tag: Visit) -> None:
    late: list[Route] = []

    def hold_back_the_first(route: Route) -> None:
        # The first answer is let go when the second has been shown.
        if '"Em"' in (route.request.post_data or ""):
            late.append(route)
        else:
            route.continue_()

    overtaken = tag.shop.digest("steel-tag", {"name": text("Em")})
    final = tag.shop.digest("steel-tag", {"name": text("Emma")})
    tag.canvas.evaluate(SHOWN)
    tag.page.route("**/designs:compose", hold_back_the_first)
    tag.field("Name").fill("Em")
    tag.field("Name").fill("Emma")
    tag.shows(final)
    answer = tag.shop.compose("steel-tag", {"name": text("Em")})
    late[0].fulfill(json=answer)
    tag.page.evaluate("new Promise(done => setTimeout(done, 100))")
    tag.shows(final)
    shown = tag.canvas.evaluate("canvas => canvas.shown")
    assert shown[-1] == final
    assert overtaken not in shown


def test_rapid_typing_ends_with_what_was_typed(tag: Visit) -> None:
    tag.field("Name").press_sequentially("Konstantinopel", delay=5)
    tag.shows(tag.shop.digest("steel-tag", {"name": text("Konstantinopel")}))


def test_a_design_is_in_the_address_and_survives_a_reload(tag: Visit) -> None:
    tag.field("Name").fill("Emma & Söhne")
    digest = tag.shop.digest("steel-tag", {"name": text("Emma & Söhne")})
    tag.shows(digest)
    tag.page.reload()
    tag.shows(digest)
    expect(tag.field("Name")).to_have_value("Emma & Söhne")


# Foot and head of the mark of the cursor, in millimetres of the tag's name zone.
MARK = """([mark, canvas]) => {
  const box = mark.getBoundingClientRect(), over = canvas.getBoundingClientRect();
  return [box.left, box.right, box.top, box.bottom].map((at, i) => at - (i < 2 ? over.left : over.top));
}"""
SELECT = """(field, at) => { field.focus(); field.setSelectionRange(at, at); }"""


def mark_at(visit: Visit, field: str, offset: int) -> tuple[float, float, float, float]:
    """Put the cursor at a place of a field; return left, right, top and bottom of its mark."""
    visit.field(field).evaluate(SELECT, offset)
    visit.page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    mark = visit.page.locator("luneo-editor .stage .caret")
    expect(mark).to_be_visible()
    left, right, top, bottom = visit.page.evaluate(
        MARK, [mark.element_handle(), visit.canvas.element_handle()]
    )
    return left, right, top, bottom


def boxes_on_canvas(visit: Visit, zones: dict[str, Any]) -> list[tuple[float, float]]:
    """Return left and right of each cluster in CSS pixels, for a product whose photo is not turned."""
    surface = visit.shop.compose("steel-tag", zones)["layout"]["surfaces"][0]
    zone = next(zone for zone in surface["zones"] if zone["zone"] == "name")
    revision = visit.shop.revision("steel-tag")
    template, view = revision["template"], revision["template"]["views"][0]
    place = view["placements"][0]
    (photo,) = (one["widthPx"] for one in revision["assets"] if one["asset"] == view["photo"])
    left, right = place["topLeft"]["xMillipx"] / 1000, place["topRight"]["xMillipx"] / 1000
    scale = visit.canvas.evaluate("canvas => canvas.clientWidth") / photo
    wide = template["surfaces"][0]["widthUm"]

    def pixels(um: int) -> float:
        return float((left + (right - left) * (zone["xUm"] + um) / wide) * scale)

    boxes = [cluster["box"] for cluster in zone["text"]["clusters"]]
    return [(pixels(box["leftUm"]), pixels(box["rightUm"])) for box in boxes]


def test_the_cursor_is_seen_between_the_letters_of_the_picture(tag: Visit) -> None:
    zones = {"name": text("Emma")}
    tag.field("Name").fill("Emma")
    tag.shows(tag.shop.digest("steel-tag", zones))
    boxes = boxes_on_canvas(tag, zones)
    for offset in range(5):
        left, right, top, bottom = mark_at(tag, "Name", offset)
        wanted = boxes[offset][0] if offset < 4 else boxes[3][1]
        assert abs((left + right) / 2 - wanted) <= 1.5
        assert bottom - top > 8
    tag.button("Keep this design").focus()
    expect(tag.page.locator("luneo-editor .stage .caret")).to_be_hidden()


def test_in_text_from_right_to_left_the_cursor_starts_at_the_right(tag: Visit) -> None:
    zones = {"name": text("שלום")}
    tag.field("Name").fill("שלום")
    tag.shows(tag.shop.digest("steel-tag", zones))
    boxes = boxes_on_canvas(tag, zones)
    places = [sum(mark_at(tag, "Name", offset)[:2]) / 2 for offset in range(5)]
    assert places == sorted(places, reverse=True)
    assert abs(places[0] - boxes[0][1]) <= 1.5
    assert abs(places[4] - boxes[3][0]) <= 1.5


def test_the_cursor_blinks_only_where_motion_is_welcome(tag: Visit) -> None:
    running = "mark => mark.getAnimations().length"
    tag.page.emulate_media(reduced_motion="no-preference")
    tag.field("Name").fill("Emma")
    mark_at(tag, "Name", 2)
    mark = tag.page.locator("luneo-editor .stage .caret")
    assert mark.evaluate(running) == 1
    tag.page.emulate_media(reduced_motion="reduce")
    assert mark.evaluate(running) == 0
