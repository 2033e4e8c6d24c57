"""Metrics and traces."""

from __future__ import annotations

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from services.runtime import telemetry
from services.runtime.jobs import Actor, Job
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


def test_a_trace_goes_through_the_queue(shop: Workshop, spans: InMemorySpanExporter) -> None:
    brand = shop.brand()

    def run(job: Job) -> None:
        with telemetry.span("inside the job"):
            shop.succeed(job)

    with shop.relaying(), shop.working(Actor("test.work", QUEUE, run)):
        with telemetry.span("the call"):
            operation = shop.start(brand)
        shop.operations.wait(brand, operation.operation_id, 20)
    ended = {span.name: span for span in spans.get_finished_spans()}
    call, job, inside = (ended[n] for n in ("the call", "job test.work", "inside the job"))
    assert job.parent is not None
    assert inside.parent is not None
    assert job.context is not None
    assert call.context is not None
    assert job.parent.span_id == call.context.span_id
    assert inside.parent.span_id == job.context.span_id
    assert job.context.trace_id == call.context.trace_id
    assert (job.attributes or {})["luneo.brand"] == brand


def test_without_a_collector_nothing_is_traced() -> None:
    telemetry.configure_tracing("test", "", 1.0)
    with telemetry.span("unseen") as span:
        assert telemetry.current_traceparent() == ""
        assert not span.is_recording()


def test_a_trace_that_the_caller_does_not_want_is_not_recorded(
    spans: InMemorySpanExporter,
) -> None:
    with telemetry.span("unwanted", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"):
        pass
    assert spans.get_finished_spans() == ()
