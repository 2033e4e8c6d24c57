"""Helpers that every migration of a brand's table ends with.

    protect(op, "products")                          forced row level security, grants
    freeze(op, "snapshots", except_columns=(…))      UPDATE and DELETE refused by trigger
    directory_may(op, "api_keys", select=(…))        columns that answer "whose is this?"
    relay_may(op, "outbox", select=(…), update=(…))  ids and states of every brand's jobs

A migration that changes rows of every brand does it inside `with every_brand(op, "assets"):`.

What directory and relay may touch must also stand in `migrations.allowlist`, column by column; the
catalogue test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from services.runtime.database import DIRECTORY, OWNER, RELAY, SERVICE

__all__ = ["SERVICE", "directory_may", "every_brand", "freeze", "protect", "relay_may"]

VERBS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Executes(Protocol):
    """Alembic's `op`, or anything else that runs a statement."""

    def execute(self, statement: str, /) -> object: ...


def protect(op: Executes, table: str, *, verbs: Sequence[str] = VERBS) -> None:
    """Force row level security on a table with `brand_id`, and let the services use it.

    verbs: what the services' role may do; leave out DELETE or UPDATE where rows only grow.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY brand ON {table} TO {SERVICE}, {OWNER} "
        "USING (brand_id = luneo_brand()) WITH CHECK (brand_id = luneo_brand())"
    )
    op.execute(f"GRANT {', '.join(verbs)} ON {table} TO {SERVICE}")


@contextmanager
def every_brand(op: Executes, table: str) -> Iterator[None]:
    """Let the owner see the rows of every brand in a block; the services' role still does not.

    The migration's transaction holds the table, and takes this back if the block fails.
    """
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def freeze(op: Executes, table: str, *, except_columns: Sequence[str] = ()) -> None:
    """Refuse UPDATE (but of `except_columns`), DELETE and TRUNCATE for every role but the owner's.

    The owner's role is not a login: it acts in migrations and in audited functions, such as the
    erasure of a person.
    """
    columns = ", ".join(f"'{column}'" for column in except_columns)
    op.execute(
        f"CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION luneo_refuse_change({columns})"
    )
    op.execute(
        f"CREATE TRIGGER frozen_whole BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION luneo_refuse_change()"
    )


def directory_may(
    op: Executes,
    table: str,
    *,
    select: Sequence[str] = (),
    insert: Sequence[str] = (),
    update: Sequence[str] = (),
    secured: bool = True,
) -> None:
    """Let the directory's role touch these columns of every brand's rows.

    secured: whether the table has row level security (False for a table of no brand).
    """
    _may(
        op, DIRECTORY, table, (("SELECT", select), ("INSERT", insert), ("UPDATE", update)), secured
    )


def relay_may(
    op: Executes,
    table: str,
    *,
    select: Sequence[str] = (),
    update: Sequence[str] = (),
    delete_where: str = "",
) -> None:
    """Let the relay's role touch these columns of every brand's rows.

    delete_where: condition of the rows that it may remove; "" for none.
    """
    _may(op, RELAY, table, (("SELECT", select), ("UPDATE", update)), secured=True)
    if delete_where:
        op.execute(
            f"CREATE POLICY {RELAY}_delete ON {table} FOR DELETE TO {RELAY} USING ({delete_where})"
        )
        op.execute(f"GRANT DELETE ON {table} TO {RELAY}")


def _may(
    op: Executes,
    role: str,
    table: str,
    rights: Sequence[tuple[str, Sequence[str]]],
    secured: bool,
) -> None:
    for verb, columns in rights:
        if not columns:
            continue
        if secured:
            check = "WITH CHECK (true)" if verb == "INSERT" else "USING (true)"
            op.execute(
                f"CREATE POLICY {role}_{verb.lower()} ON {table} FOR {verb} TO {role} {check}"
            )
        op.execute(f"GRANT {verb} ({', '.join(columns)}) ON {table} TO {role}")
