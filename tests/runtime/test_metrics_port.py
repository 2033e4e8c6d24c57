"""The port on which a process without REST tells its figures."""

from __future__ import annotations

import httpx
import pytest

from services.runtime import metrics_port, telemetry
from services.runtime.config import Settings, SettingsError
from tests.platform.installation import free_port


def settings(port: int) -> Settings:
    return Settings.from_environment({}, metrics_port=port)


def test_figures_and_health_are_told_and_nothing_else() -> None:
    telemetry.observe_call("/port/Told", "OK", 0.01)
    with metrics_port.open_port(settings(free_port())) as port:
        base = f"http://127.0.0.1:{port}"
        assert (
            'luneo_calls_total{code="OK",method="/port/Told"}' in httpx.get(f"{base}/metrics").text
        )
        assert httpx.get(f"{base}/healthz").status_code == 200
        assert httpx.get(f"{base}/").status_code == 404
        assert httpx.post(f"{base}/metrics").status_code == 501


def test_without_the_setting_no_port_is_opened() -> None:
    with metrics_port.open_port(settings(0)) as port:
        assert port == 0


def test_a_port_that_is_taken_is_named() -> None:
    taken = settings(free_port())
    with metrics_port.open_port(taken):
        with pytest.raises(SettingsError, match="LUNEO_METRICS_PORT"):
            metrics_port.open_port(taken).__enter__()
    with metrics_port.open_port(taken) as port:
        assert port == taken.metrics_port
