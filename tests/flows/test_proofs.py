"""Pictures as the product's press prints them, and in the format that a page can show."""

from __future__ import annotations

import io

import pytest
from google.api.httpbody_pb2 import HttpBody
from luneo.design.v1 import design_pb2, ink_pb2
from luneo.render.v1 import preview_pb2, render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from PIL import Image

from tests.flows.house import Brand, named
from tests.flows.making import RENDERS, SNAPSHOTS, picture, render
from tests.profiles import cmyk_profile
from tests.spec.shop import Refused, product, text_zone

NEON = ink_pb2.Ink(display_name="Neon", rgb_hex="#00ff00")
PROOFS = (render_pb2.PROOF_PRESS, render_pb2.PROOF_PAPER, render_pb2.PROOF_GAMUT)
MAGENTA = (255, 0, 255)


@pytest.fixture(scope="module")
def neon(acme: Brand) -> design_pb2.Design:
    """A name in a green that no press makes, on a product that names its press."""
    acme.add_font("sans", "noto-sans")
    zone = text_zone(f"{acme.name}/fonts/noto-sans", technique=ink_pb2.TECHNIQUE_PRINT)
    zone.inks.append(NEON)
    made = product(zone)
    made.template.output_profile = acme.add_asset(cmyk_profile(), "press").name
    design = named(acme.published(made).name)
    design.zones["name"].text.ink = 1
    return design


@pytest.fixture(scope="module")
def snapshot(acme: Brand, neon: design_pb2.Design) -> snapshot_pb2.Snapshot:
    return acme.keep(neon)


def made(brand: Brand, **fields: object) -> render_pb2.Render:
    done = render_pb2.Render()
    assert brand.wait(render(brand, **fields)).response.Unpack(done)
    return done


def colours(brand: Brand, done: render_pb2.Render) -> set[tuple[int, ...]]:
    """Return the colours of a picture's opaque pixels."""
    data = brand.process.runtime.objects.get(brand.brand, done.result.sha256)
    counted = Image.open(io.BytesIO(data)).convert("RGBA").getcolors(1 << 20)
    assert counted is not None
    return {seen[:3] for _, seen in counted if isinstance(seen, tuple) and seen[3] == 255}


def test_a_final_is_shown_as_the_press_prints_it(
    acme: Brand, snapshot: snapshot_pb2.Snapshot
) -> None:
    asked = {"kind": render_pb2.RENDER_KIND_FINAL, "snapshot": snapshot.name, "dpi": 150}
    assert colours(acme, made(acme, **asked)) == {(0, 255, 0)}
    seen = {proof: made(acme, proof=proof, **asked) for proof in PROOFS}
    assert {proof: done.proof for proof, done in seen.items()} == dict(
        zip(PROOFS, PROOFS, strict=True)
    )
    assert len({done.result.sha256 for done in seen.values()}) >= 2
    ((red, green, blue),) = colours(acme, seen[render_pb2.PROOF_PRESS])
    assert green < 200
    assert red > 60
    assert blue > 30
    assert colours(acme, seen[render_pb2.PROOF_GAMUT]) == {MAGENTA}


def test_a_proof_is_not_attached_to_its_snapshot(
    acme: Brand, snapshot: snapshot_pb2.Snapshot
) -> None:
    asked = {"kind": render_pb2.RENDER_KIND_THUMBNAIL, "snapshot": snapshot.name}
    plain = made(acme, **asked)
    proof = made(acme, proof=render_pb2.PROOF_PRESS, **asked)
    request = snapshot_service_pb2.GetSnapshotRequest(name=snapshot.name)
    kept = {asset.sha256 for asset in acme.rpc(f"{SNAPSHOTS}/GetSnapshot", request).assets}
    assert plain.result.sha256 in kept
    assert proof.result.sha256 not in kept


def test_what_has_no_press_has_no_proof(acme: Brand, snapshot: snapshot_pb2.Snapshot) -> None:
    bare = acme.keep(named(acme.plate()))
    with pytest.raises(Refused) as refused:
        render(
            acme,
            kind=render_pb2.RENDER_KIND_PREVIEW,
            snapshot=bare.name,
            proof=render_pb2.PROOF_PRESS,
        )
    assert refused.value.violations == {"render.proof": "PROOF_WITHOUT_PROFILE"}


def shown(brand: Brand, design: design_pb2.Design, **fields: object) -> preview_pb2.Preview:
    request = render_service_pb2.CreatePreviewRequest(
        parent=brand.name,
        design=design,
        width_px=64,
        **fields,  # type: ignore[arg-type]
    )
    preview: preview_pb2.Preview = brand.rpc(f"{RENDERS}/CreatePreview", request, brand.guest("g1"))
    return preview


def media_type(brand: Brand, preview: preview_pb2.Preview) -> str:
    request = render_service_pb2.GetPreviewRequest(name=preview.name)
    body: HttpBody = brand.rpc(f"{RENDERS}/GetPreview", request)
    return str(body.content_type)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "image/webp"),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/avif"),
        ("image/webp,image/png,image/*;q=0.8", "image/webp"),
        ("image/avif;q=0.5, image/webp", "image/webp"),
        ("image/avif;q=0, image/*", "image/jpeg"),
        ("image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "image/png"),
        ("*/*", "image/jpeg"),
        ("text/html", "image/webp"),
    ],
)
def test_a_preview_is_made_in_the_best_format_that_a_browser_names(
    acme: Brand, neon: design_pb2.Design, accept: str, expected: str
) -> None:
    assert media_type(acme, shown(acme, neon, accept=accept)) == expected


def test_a_format_by_name_goes_before_what_a_browser_names(
    acme: Brand, neon: design_pb2.Design
) -> None:
    asked = render_pb2.IMAGE_FORMAT_JPEG
    by_name = shown(acme, neon, format=asked, accept="image/avif")
    by_accept = shown(acme, neon, accept="*/*")
    assert by_name.name == by_accept.name
    assert media_type(acme, by_name) == "image/jpeg"


def test_a_preview_is_proofed_under_an_address_of_its_own(
    acme: Brand, neon: design_pb2.Design
) -> None:
    plain = shown(acme, neon)
    proofed = shown(acme, neon, proof=render_pb2.PROOF_GAMUT)
    assert plain.name != proofed.name
    assert picture(acme, plain) != picture(acme, proofed)


def test_a_print_is_not_made_with_losses(acme: Brand, snapshot: snapshot_pb2.Snapshot) -> None:
    with pytest.raises(Refused) as refused:
        render(
            acme,
            kind=render_pb2.RENDER_KIND_FINAL,
            snapshot=snapshot.name,
            format=render_pb2.IMAGE_FORMAT_AVIF,
        )
    assert refused.value.violations == {"render.format": "FORMAT_UNKNOWN"}
