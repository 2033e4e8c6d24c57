"""What the roles that see every brand may touch: role, table, verb, columns.

Add a line here together with `rls.directory_may` or `rls.relay_may`; whoever reviews it asks
whether the column can tell one brand something about another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Rights = Mapping[str, Mapping[str, frozenset[str]]]

# table → verb → columns. DELETE has no columns: an empty set stands for the whole row.
DIRECTORY: Final[Rights] = {
    "brands": {"SELECT": frozenset({"brand_id"})},
    "memberships": {"SELECT": frozenset({"brand_id", "user_id", "role"})},
    "api_keys": {
        "SELECT": frozenset(
            {
                "brand_id",
                "key_id",
                "kind",
                "hash",
                "scopes",
                "allowed_origins",
                "expires_at",
                "last_used_at",
                "revoked_at",
                "previous_hash",
                "previous_expires_at",
            }
        ),
        "UPDATE": frozenset({"last_used_at"}),
    },
    "users": {
        "SELECT": frozenset({"user_id", "issuer", "subject", "email", "display_name"}),
        "INSERT": frozenset(
            {"user_id", "issuer", "subject", "email", "display_name", "created_at"}
        ),
        "UPDATE": frozenset({"issuer", "subject", "email", "display_name"}),
    },
    "user_passwords": {
        "SELECT": frozenset({"user_id", "salt", "scrypt"}),
        "INSERT": frozenset({"user_id", "salt", "scrypt"}),
        "UPDATE": frozenset({"salt", "scrypt"}),
    },
}
RELAY: Final[Rights] = {
    "outbox": {
        "SELECT": frozenset(
            {
                "brand_id", "message_id", "queue", "actor", "state", "available_time", "deadline",
                "lease_until", "deliveries", "losses", "attempts", "worker", "correlation_id",
                "traceparent", "create_time", "update_time",
            }
        ),
        "UPDATE": frozenset(
            {"state", "available_time", "lease_until", "deliveries", "losses", "update_time"}
        ),
        "DELETE": frozenset(),
    },
}  # fmt: skip

# Tables that belong to no brand, and so have no `brand_id` and no row level security.
GLOBAL_TABLES: Final[frozenset[str]] = frozenset({"alembic_version", "users", "user_passwords"})
