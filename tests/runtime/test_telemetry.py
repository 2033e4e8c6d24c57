"""Metrics."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from services.runtime import telemetry
from tests.runtime.workshop import QUEUE, Workshop


def value_of(metric: str, **labels: str) -> float:
    body, _ = telemetry.exposition()
    for family in text_string_to_metric_families(body.decode()):
        for sample in family.samples:
            if sample.name == metric and sample.labels == labels:
                return float(sample.value)
    return 0.0


def test_a_call_is_counted_by_method_and_code() -> None:
    before = value_of("luneo_calls_total", method="/a/B", code="OK")
    telemetry.observe_call("/a/B", "OK", 0.01)
    assert value_of("luneo_calls_total", method="/a/B", code="OK") == before + 1
    assert value_of("luneo_call_seconds_count", method="/a/B") >= 1


def test_a_job_is_counted_by_queue_and_end(shop: Workshop) -> None:
    before = value_of("luneo_jobs_total", queue=QUEUE, outcome="done")
    brand = shop.brand()
    shop.deliver(brand, shop.send(brand), shop.finish)
    assert value_of("luneo_jobs_total", queue=QUEUE, outcome="done") == before + 1
    assert value_of("luneo_job_wait_seconds_count", queue=QUEUE) >= 1


def test_what_waits_is_told_by_queue_and_state(shop: Workshop) -> None:
    brand = shop.brand()
    shop.send(brand, "one")
    shop.send(brand, "two")
    body, _ = telemetry.exposition(telemetry.Backlog(shop.database))
    text = body.decode()
    assert f'luneo_outbox_messages{{queue="{QUEUE}",state="waiting"}} 2.0' in text
    assert f'luneo_outbox_oldest_seconds{{queue="{QUEUE}"}}' in text
