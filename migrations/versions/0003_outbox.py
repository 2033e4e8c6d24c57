"""Queued work: operations that callers follow, and the outbox of messages that make it happen.

The tables are new and nothing of the previous release reads or writes them.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPERATIONS = """
CREATE TABLE operations (
    brand_id text NOT NULL,
    operation_id text NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    content_key text NOT NULL,
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'processing', 'succeeded', 'failed', 'cancelled')),
    run integer NOT NULL DEFAULT 1,
    attempt integer NOT NULL DEFAULT 0,
    progress_percent integer NOT NULL DEFAULT 0 CHECK (progress_percent BETWEEN 0 AND 100),
    step text NOT NULL DEFAULT '',
    error_code integer NOT NULL DEFAULT 0,
    error_reason text NOT NULL DEFAULT '',
    error_message text NOT NULL DEFAULT '',
    response_type text NOT NULL DEFAULT '',
    response bytea NOT NULL DEFAULT '',
    create_time timestamptz NOT NULL DEFAULT now(),
    update_time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, operation_id),
    UNIQUE (brand_id, content_key)
)
"""

REQUESTERS = """
CREATE TABLE operation_requesters (
    brand_id text NOT NULL,
    operation_id text NOT NULL,
    subject text NOT NULL,
    PRIMARY KEY (brand_id, operation_id, subject),
    FOREIGN KEY (brand_id, operation_id) REFERENCES operations ON DELETE CASCADE
)
"""

# lease_until: when a message that was sent, or is in a worker's hands, counts as lost.
# attempts numbers the claims and fences off a worker that was given up; failures and losses are
# counted apart, since a worker that was killed says nothing about the job.
OUTBOX = """
CREATE TABLE outbox (
    brand_id text NOT NULL,
    message_id text NOT NULL,
    cause text NOT NULL,
    queue text NOT NULL,
    actor text NOT NULL,
    args jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sent', 'running', 'done', 'dead', 'cancelled')),
    available_time timestamptz NOT NULL DEFAULT now(),
    deadline timestamptz,
    lease_until timestamptz,
    deliveries integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    losses integer NOT NULL DEFAULT 0,
    worker text NOT NULL DEFAULT '',
    correlation_id text NOT NULL DEFAULT '',
    traceparent text NOT NULL DEFAULT '',
    error_code integer NOT NULL DEFAULT 0,
    error_reason text NOT NULL DEFAULT '',
    error_message text NOT NULL DEFAULT '',
    operation_id text,
    operation_run integer NOT NULL DEFAULT 0,
    create_time timestamptz NOT NULL DEFAULT now(),
    update_time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, message_id),
    UNIQUE (brand_id, cause),
    FOREIGN KEY (brand_id, operation_id) REFERENCES operations ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)
"""

INDEXES = (
    "CREATE INDEX operations_newest ON operations (brand_id, create_time DESC, operation_id DESC)",
    "CREATE INDEX outbox_waiting ON outbox (queue, brand_id, available_time) "
    "WHERE state = 'waiting'",
    "CREATE INDEX outbox_sent ON outbox (queue, brand_id) WHERE state = 'sent'",
    "CREATE INDEX outbox_leased ON outbox (lease_until) WHERE state IN ('sent', 'running')",
    "CREATE INDEX outbox_dead ON outbox (brand_id, update_time) WHERE state = 'dead'",
    "CREATE INDEX outbox_finished ON outbox (update_time) WHERE state IN ('done', 'cancelled')",
    "CREATE INDEX outbox_operation ON outbox (brand_id, operation_id) "
    "WHERE operation_id IS NOT NULL",
)

# By trigger, so that a row changed by hand wakes the relay and the watchers as well.
NOTIFY_OUTBOX = """
CREATE FUNCTION luneo_notify_outbox() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.pg_notify('luneo_outbox', NEW.queue);
    RETURN NULL;
END
$$
"""
OUTBOX_TRIGGER = """
CREATE TRIGGER notify AFTER INSERT OR UPDATE OF state ON outbox
FOR EACH ROW WHEN (NEW.state = 'waiting') EXECUTE FUNCTION luneo_notify_outbox()
"""
NOTIFY_OPERATION = """
CREATE FUNCTION luneo_notify_operation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.pg_notify(
        'luneo_operations', NEW.brand_id || '/' || NEW.operation_id || '/' || NEW.state);
    RETURN NULL;
END
$$
"""
OPERATION_TRIGGER = """
CREATE TRIGGER notify AFTER UPDATE ON operations
FOR EACH ROW EXECUTE FUNCTION luneo_notify_operation()
"""

# What is finished may be cleared away, and nothing else.
RELAY_CLEARS = "state IN ('done', 'cancelled') AND update_time < now() - interval '1 day'"

RELAY_READS = (
    "brand_id", "message_id", "queue", "actor", "state", "available_time", "deadline",
    "lease_until", "deliveries", "losses", "attempts", "worker", "correlation_id", "traceparent",
    "create_time", "update_time",
)  # fmt: skip
RELAY_WRITES = ("state", "available_time", "lease_until", "deliveries", "losses", "update_time")


def upgrade() -> None:
    for statement in (OPERATIONS, REQUESTERS, OUTBOX, *INDEXES):
        op.execute(statement)
    for statement in (NOTIFY_OUTBOX, OUTBOX_TRIGGER, NOTIFY_OPERATION, OPERATION_TRIGGER):
        op.execute(statement)
    for table in ("operations", "operation_requesters", "outbox"):
        rls.protect(op, table)
    rls.relay_may(op, "outbox", select=RELAY_READS, update=RELAY_WRITES, delete_where=RELAY_CLEARS)


def downgrade() -> None:
    for table in ("outbox", "operation_requesters", "operations"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION luneo_notify_outbox()")
    op.execute("DROP FUNCTION luneo_notify_operation()")
