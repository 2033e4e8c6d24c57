"""Work that cannot succeed ends at its first attempt, with a reason and what to do."""

from __future__ import annotations

import io

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.design.v1 import template_pb2
from luneo.render.v1 import preview_pb2, render_pb2, render_service_pb2
from luneo.spec.v1 import asset_pb2
from PIL import Image

from tests.flows.house import Brand, named
from tests.flows.making import RENDERS, preview_of, render, runs_of
from tests.spec.shop import Refused, product, text_zone


@pytest.fixture(scope="module")
def banner(acme: Brand, plate: str) -> str:
    """The revision of a product of three metres, with the font of the plate."""
    zone = text_zone(f"{acme.name}/fonts/noto-sans")
    made = product(zone)
    made.template.surfaces[0].CopyFrom(
        template_pb2.Surface(id="front", width_um=3_000_000, height_um=3_000_000)
    )
    return acme.published(made).name


def failed(brand: Brand, operation: Operation) -> Refused:
    """Wait for an operation that fails, at its first attempt; return its error."""
    done = brand.wait(operation)
    assert done.HasField("error"), done
    assert runs_of(brand, done.name) == 1
    return Refused(done.error)


def test_a_picture_of_too_many_pixels_fails_at_once_and_says_what_to_do(
    acme: Brand, banner: str
) -> None:
    snapshot = acme.keep(named(banner, "Banner"))
    started = render(acme, kind=render_pb2.RENDER_KIND_FINAL, snapshot=snapshot.name, dpi=1200)
    error = failed(acme, started)
    assert error.status.code == 9
    assert error.reason == "RASTER_TOO_LARGE"
    assert "choose fewer dpi" in error.status.message
    assert "response" not in str(acme.wait(started))


@pytest.fixture(scope="module")
def photo(acme: Brand) -> tuple[asset_pb2.Asset, bytes]:
    """A photo that no other test has, and the bytes that are kept of it."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (17, 93, 201)).save(out, "PNG")
    asset = acme.add_asset(out.getvalue())
    return asset, acme.process.runtime.objects.get(acme.brand, asset.sha256)


def test_a_picture_that_lacks_its_photo_fails_at_once_and_is_made_when_it_is_back(
    acme: Brand, plate: str, photo: tuple[asset_pb2.Asset, bytes]
) -> None:
    asset, data = photo
    made = product(text_zone(f"{acme.name}/fonts/noto-sans"))
    point = template_pb2.PhotoPoint
    corners = {
        "top_left": point(),
        "top_right": point(x_millipx=64_000),
        "bottom_left": point(y_millipx=25_600),
    }
    made.template.views.add(id="desk", photo=asset.name).placements.add(surface="front", **corners)
    design = named(acme.published(made).name, "Lost")
    objects = acme.process.runtime.objects
    objects.delete(acme.brand, asset.sha256)
    preview = preview_of(acme, design)
    with pytest.raises(Refused) as refused:
        shown(acme, preview)
    assert refused.value.reason == "RENDER_FAILED"
    assert "Ask for the preview again" in refused.value.status.message
    assert runs_of(acme, preview.operation) == 1
    objects.put(acme.brand, data)
    assert shown(acme, preview_of(acme, design)).startswith(b"RIFF")


def shown(brand: Brand, preview: preview_pb2.Preview) -> bytes:
    request = render_service_pb2.GetPreviewRequest(name=preview.name)
    return bytes(brand.rpc(f"{RENDERS}/GetPreview", request).data)
