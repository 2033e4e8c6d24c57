"""Keys of purposes and brands, public ids, hashes of keys."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from services.runtime import names
from services.runtime.installation_keys import InstallationKeys
from services.runtime.keyring import Keyring

KEYRING = Keyring(InstallationKeys(b"p" * 32, b"m" * 32, ""))
OTHER = Keyring(InstallationKeys(b"q" * 32, b"n" * 32, ""))


def test_every_brand_purpose_and_installation_has_a_key_of_its_own() -> None:
    keys = {
        one.of_brand(brand, purpose)
        for one in (KEYRING, OTHER)
        for brand in ("a", "b")
        for purpose in ("x", "y")
    } | {KEYRING.of_purpose("x"), OTHER.of_purpose("x"), KEYRING.of_purpose("y")}
    assert len(keys) == 11
    assert all(len(key) == 32 for key in keys)


def test_keys_stay_the_same_for_ever() -> None:
    # Worked out by RFC 5869 and RFC 4648 with nothing but HMAC.
    assert KEYRING.of_brand("acme", "public-id:render").hex() == (
        "68d31e9247e8b5c2f7d66b8aaf5b44e6b5053f2782206fcb8838f64213839004"
    )
    assert KEYRING.public_id("acme", "render", "abc") == "l4y24ctocqilwiao6565kw5p34"


def test_a_public_id_tells_brands_and_kinds_apart() -> None:
    made = {
        keyring.public_id(brand, kind, "same content")
        for keyring in (KEYRING, OTHER)
        for brand in ("a", "b")
        for kind in ("render", "preview")
    }
    assert len(made) == 8
    assert all(names.is_id(one) and len(one) == 26 for one in made)


def test_api_keys_are_hashed_with_the_pepper() -> None:
    assert KEYRING.hash_of_api_key("lsk_x") != OTHER.hash_of_api_key("lsk_x")
    assert len(KEYRING.hash_of_api_key("lsk_x")) == 32


def test_what_is_sealed_opens_for_its_brand_purpose_and_place_alone() -> None:
    sealed = KEYRING.seal("a", "x", "k1", b"secret")
    assert KEYRING.unseal("a", "x", "k1", sealed) == b"secret"
    assert b"secret" not in sealed
    assert KEYRING.seal("a", "x", "k1", b"secret") != sealed
    for keyring, place in (
        (OTHER, ("a", "x", "k1")),
        (KEYRING, ("b", "x", "k1")),
        (KEYRING, ("a", "y", "k1")),
        (KEYRING, ("a", "x", "k2")),
    ):
        with pytest.raises(InvalidTag):
            keyring.unseal(*place, sealed)
    with pytest.raises(InvalidTag):
        KEYRING.unseal("a", "x", "k1", sealed[:-1] + bytes([sealed[-1] ^ 1]))
