"""A process is put together from settings, or says which of them cannot be used."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psutil
import pytest

from services import composition, server
from services.runtime.config import Settings, SettingsError
from tests.render_core.intake import making


@pytest.mark.parametrize(
    "half",
    [
        {"LUNEO_OIDC_ISSUER": "https://id.example"},
        {"LUNEO_OIDC_JWKS_URL": "https://id.example/keys"},
    ],
)
def test_half_an_identity_provider_does_not_leave_the_embedded_one_at_work(
    half: dict[str, str], tmp_path: Path
) -> None:
    settings = Settings.from_environment(half, data=tmp_path, database_url="postgresql://h/d")
    with pytest.raises(SettingsError, match="goes together with"):
        composition.build_runtime(settings)


def test_an_unknown_service_is_named(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, data=tmp_path, service_addresses="specs=h:1")
    with pytest.raises(SettingsError, match=r"specs is unknown\. There are: tenant"):
        composition.addresses(settings)


def test_a_limit_for_an_unknown_rpc_names_its_variable(tmp_path: Path) -> None:
    settings = Settings.from_environment({"LUNEO_ROUTE_RATES": "a.B/C=1/2"}, data=tmp_path)
    with pytest.raises(SettingsError, match=r"LUNEO_ROUTE_RATES: there is no rpc a\.B/C\."):
        server.rest_app(settings, None)


def test_a_reader_of_uploads_that_is_lent_outlives_the_services(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, data=tmp_path, database_url="postgresql://h/d")
    others = set(psutil.Process().children())
    with closing(composition.reader_of_uploads()) as lent:
        lent.run(composition.INTAKE, making.picture("PNG"), kind="image")
        (ready,) = set(psutil.Process().children()) - others
        with composition.process("tests", settings, ("spec",), reader=lent):
            pass
        assert ready.is_running()
    assert not ready.is_running()
