"""Colour profiles of presses: uploaded by the brand, named by products, pinned by revisions."""

from __future__ import annotations

import hashlib

import pytest
from luneo.design.v1 import design_pb2, ink_pb2, template_pb2
from luneo.spec.v1 import asset_pb2
from luneo.spec.v1.asset_service_pb2 import DeleteAssetRequest
from luneo.spec.v1.design_service_pb2 import ComposeDesignRequest

from tests.profiles import cmyk_profile, rgb_profile
from tests.spec.shop import (
    MARK,
    Refused,
    Shop,
    artwork,
    artwork_zone,
    design,
    photograph,
    product,
    text_zone,
)

NEON = ink_pb2.Ink(display_name="Neon", rgb_hex="#00ff00")


def test_a_profile_is_kept_as_it_came_and_has_no_size_in_pixels(shop: Shop) -> None:
    asset = shop.add_asset(cmyk_profile())
    assert asset.kind == asset_pb2.ASSET_KIND_PROFILE
    assert asset.sha256 == hashlib.sha256(cmyk_profile()).hexdigest()
    assert (asset.width_px, asset.width_um, asset.uri) == (0, 0, "")
    assert shop.process.runtime.objects.get(shop.brand, asset.sha256) == cmyk_profile()


def test_shoppers_upload_pictures_alone(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        shop.add_asset(cmyk_profile(), caller=shop.guest("g1"))
    assert refused.value.reason == "PICTURE_FORMAT"


def test_a_broken_profile_is_refused_with_the_reason(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        shop.add_asset(cmyk_profile()[:-500])
    assert refused.value.reason == "PROFILE_BROKEN"
    assert refused.value.violations == {"data": "PROFILE_BROKEN"}


def printed(font: str) -> template_pb2.Zone:
    zone = text_zone(font, technique=ink_pb2.TECHNIQUE_PRINT)
    zone.inks.append(NEON)
    return zone


def test_a_product_with_a_profile_warns_of_colours_beyond_it(shop: Shop, font: str) -> None:
    profile = shop.add_asset(cmyk_profile())
    made = product(printed(font))
    made.template.output_profile = profile.name
    revision = shop.published(made)
    assert [(pin.asset, pin.sha256, pin.width_px) for pin in revision.assets] == [
        (profile.name, profile.sha256, 0)
    ]
    shop.call("AssetService/DeleteAsset", DeleteAssetRequest(name=profile.name))
    wanted = design(revision.name, name="Emma")
    wanted.zones["name"].text.ink = 1
    answer = shop.call(
        "DesignService/ComposeDesign", ComposeDesignRequest(parent=shop.name, design=wanted)
    )
    (problem,) = answer.problems
    assert problem.code == "OUT_OF_GAMUT"
    assert problem.severity == design_pb2.SEVERITY_WARNING
    assert problem.params["rgb_hex"] == "#00ff00"
    assert problem.measured > problem.required
    kept = shop.add_spec(wanted)
    assert kept.problems[0].params == problem.params
    assert shop.add_spec(wanted) == kept  # Read back, with the place that it warns of.


def test_a_product_names_profiles_as_profiles_and_pictures_as_pictures(
    shop: Shop, font: str
) -> None:
    picture, mark = shop.add_asset(photograph()), shop.add_asset(MARK)
    profile = shop.add_asset(rgb_profile())
    for name, reason in (
        (picture.name, "ASSET_NOT_A_PROFILE"),
        (mark.name, "ASSET_NOT_A_PROFILE"),
        (f"{shop.name}/assets/unknown", "ASSET_UNKNOWN"),
    ):
        wrong = product(text_zone(font))
        wrong.template.output_profile = name
        with pytest.raises(Refused) as refused:
            shop.add_product(wrong)
        assert refused.value.violations == {"product.template.output_profile": reason}
    wrong = product(artwork_zone(profile.name))
    wrong.template.views.add(id="photo", photo=profile.name)
    with pytest.raises(Refused) as refused:
        shop.add_product(wrong)
    assert refused.value.violations == {
        "product.template.zones[0].artwork.default_asset": "ASSET_KIND_REFUSED",
        "product.template.views[0].photo": "ASSET_NOT_A_PHOTO",
    }


def test_a_profile_is_no_artwork_for_a_design(shop: Shop) -> None:
    profile = shop.add_asset(cmyk_profile())
    revision = shop.published(product(artwork_zone()))
    answer = shop.call(
        "DesignService/ComposeDesign",
        ComposeDesignRequest(
            parent=shop.name, design=design(revision.name, logo=artwork(profile.name))
        ),
    )
    assert [problem.code for problem in answer.problems] == ["ARTWORK_UNKNOWN"]
