"""The test service over the real runtime: a table of its own, real keys, every way to be called."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import text

from migrations import rls
from services.runtime import calls, credentials, names
from services.runtime.calls import Context
from services.runtime.clients import Clients
from services.runtime.clock import Clock
from services.runtime.credentials import Credentials
from services.runtime.database import Database
from services.runtime.directory import Directory
from services.runtime.errors import Conflict, FailedPrecondition, NotFound
from services.runtime.keyring import Keyring
from services.runtime.pipeline import Observer, Pipeline
from services.runtime.requests import Requests
from services.runtime.service import Service
from services.runtime.tokens import Tokens
from tests.protos import echo_pb2, echo_pb2_grpc

SERVICE = "luneo.test.v1.EchoService"
NOTE = names.Template("brands/{brand}/notes/{note}")


def create_table(url: str) -> None:
    """Make the table of notes, as a migration would."""
    with psycopg.connect(url) as connection:
        connection.execute("SET ROLE luneo_owner")
        connection.execute(
            "CREATE TABLE notes (brand_id text, note_id text, owner text, words text, "
            "PRIMARY KEY (brand_id, note_id))"
        )
        rls.protect(connection, "notes")  # type: ignore[arg-type]


def cut_connections(superuser_url: str, url: str) -> None:
    """End every connection of the services' role to the database at `url`, as a restart would."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = 'luneo_service' AND datname = %s",
            (urlsplit(url).path.lstrip("/"),),
        )


class NoteEmpty(FailedPrecondition):
    """A note without words."""

    reason = "NOTE_EMPTY"
    message = "Write something first."


class EchoServicer:
    """Handlers as services write them."""

    def __init__(self, database: Database, clients: Clients) -> None:
        self._database = database
        self._clients = clients
        self.created = 0
        self.hold: threading.Event | None = None
        self.entered = threading.Semaphore(0)
        self.crash_after_insert = False
        self.closed = threading.Event()

    def Ping(self, request: echo_pb2.PingRequest, context: Context) -> echo_pb2.PingResponse:
        return echo_pb2.PingResponse(
            text=request.text,
            caller=context.caller.subject,
            kind=context.caller.kind,
            correlation_id=context.correlation_id,
            remaining_ms=int(context.deadline.remaining_s() * 1000),
            address=context.address,
        )

    def CreateNote(self, request: echo_pb2.CreateNoteRequest, context: Context) -> echo_pb2.Note:
        self.entered.release()
        note = names.new_id()
        with self._database.brand(context.brand) as tx:
            tx.execute(
                text("INSERT INTO notes VALUES (:brand, :note, :owner, :words)"),
                {
                    "brand": context.brand,
                    "note": note,
                    "owner": context.caller.subject,
                    "words": request.note.text,
                },
            )
            self.created += 1
        if self.hold is not None:
            assert self.hold.wait(20)
        if self.crash_after_insert:
            raise MemoryError("the process is about to die")
        return echo_pb2.Note(
            name=NOTE.format(brand=context.brand, note=note),
            text=request.note.text,
            owner=context.caller.subject,
            secret="shown-once",
            parts=[echo_pb2.Note(text="part", secret="also-once")],
        )

    def GetNote(self, request: echo_pb2.GetNoteRequest, context: Context) -> echo_pb2.Note:
        note = NOTE.parse_last(request.name, brand=context.brand)
        row = self._database.read_one(
            context.brand,
            "SELECT words, owner FROM notes WHERE brand_id = %(brand)s AND note_id = %(note)s",
            {"brand": context.brand, "note": note},
        )
        if row is None or (context.owner and row["owner"] != context.owner):
            raise NotFound
        return echo_pb2.Note(name=request.name, text=row["words"], owner=row["owner"])

    def UpdateNote(self, request: echo_pb2.UpdateNoteRequest, context: Context) -> echo_pb2.Note:
        note = NOTE.parse_last(request.note.name, brand=context.brand, field="note.name")
        with self._database.brand(context.brand) as tx:
            changed = tx.execute(
                text("UPDATE notes SET words = :words WHERE note_id = :note"),
                {"words": request.note.text, "note": note},
            )
        if changed.rowcount == 0:
            raise NotFound
        return echo_pb2.Note(name=request.note.name, text=request.note.text)

    def FetchNote(self, request: echo_pb2.GetNoteRequest, context: Context) -> echo_pb2.Note:
        stub = echo_pb2_grpc.EchoServiceStub(self._clients.channel(context))
        found = stub.GetNote(request)
        assert isinstance(found, echo_pb2.Note)
        return found

    def Fail(self, request: echo_pb2.FailRequest, context: Context) -> echo_pb2.PingResponse:
        if request.kind == "own":
            raise NoteEmpty(note="n1")
        if request.kind == "conflict":
            raise Conflict("etag-now")
        if request.kind == "nothing":
            return None  # type: ignore[return-value]
        if request.kind == "slow statement":
            with self._database.brand("any") as tx:
                tx.execute(text("SELECT pg_sleep(20)"))
        if request.kind == "call in transaction":
            with self._database.brand("any"):
                stub = echo_pb2_grpc.EchoServiceStub(self._clients.channel(context))
                stub.Ping(echo_pb2.PingRequest())
        raise KeyError("secret-of-the-handler")

    async def Count(
        self, request: echo_pb2.CountRequest, context: Context
    ) -> AsyncIterator[echo_pb2.CountResponse]:
        try:
            for number in range(1, request.to + 1):
                await asyncio.sleep(request.pause_ms / 1000)
                current = calls.current()
                assert current is not None
                yield echo_pb2.CountResponse(number=number, caller=current.caller.subject)
        finally:
            self.closed.set()
        if request.fail:
            raise NoteEmpty


@dataclass
class Keys:
    """Secrets of two brands' keys: widget and server."""

    widget: str
    server: str
    other_widget: str
    other_server: str


@dataclass
class World:
    """Everything around the test service."""

    database: Database
    keyring: Keyring
    tokens: Tokens
    clients: Clients
    servicer: EchoServicer
    pipeline: Pipeline
    keys: Keys
    url: str
    observers: list[Observer] = field(default_factory=list)


SCOPES = ("notes.create", "notes.read", "notes.update")


def add_brand(database: Database, brand: str) -> None:
    with database.brand(brand) as tx:
        tx.execute(
            text("INSERT INTO brands VALUES (:brand, :brand, 'EUR', now(), now(), 1)"),
            {"brand": brand},
        )


def add_key(database: Database, keyring: Keyring, brand: str, kind: str, **columns: Any) -> str:
    """Store a key as the tenant service does, and return its secret."""
    made = credentials.new_api_key(kind, keyring)
    row = {
        "brand_id": brand,
        "key_id": names.new_id(),
        "kind": kind,
        "display_name": "a key",
        "scopes": list(SCOPES),
        "allowed_origins": ["https://shop.example"],
        "prefix": made.prefix,
        "hash": made.hash,
        "version": 1,
        **columns,
    }
    with database.brand(brand) as tx:
        tx.execute(
            text(
                f"INSERT INTO api_keys (created_at, {', '.join(row)}) "
                f"VALUES (now(), {', '.join(':' + name for name in row)})"
            ),
            row,
        )
    return made.secret


def add_member(database: Database, brand: str, user: str, role: int) -> None:
    """Store a user and its membership."""
    values = {"brand": brand, "user": user, "role": role, "email": f"{user}@example.org"}
    with database.directory() as tx:
        tx.execute(
            text(
                "INSERT INTO users (user_id, email, display_name, created_at) "
                "VALUES (:user, :email, '', now()) ON CONFLICT DO NOTHING"
            ),
            values,
        )
    with database.brand(brand) as tx:
        tx.execute(
            text(
                "INSERT INTO memberships (brand_id, membership_id, user_id, email, role, "
                "created_at, version) VALUES (:brand, :user, :user, :email, :role, now(), 1)"
            ),
            values,
        )


def build(url: str, keyring: Keyring, clock: Clock, observers: list[Observer]) -> World:
    """Put the test service together as a process would."""
    database = Database(url, pool_size=8)
    tokens = Tokens(keyring, clock, issuer="http://luneo.test", audience="luneo")
    clients = Clients(tokens)
    servicer = EchoServicer(database, clients)
    pipeline = Pipeline(
        [Service("echo", [(SERVICE, servicer)])],
        Credentials(Directory(database), tokens, keyring, clock),
        Requests(database),
        observers,
    )
    clients.serve_from(pipeline)
    for brand in ("acme", "rival"):
        add_brand(database, brand)
    keys = Keys(
        widget=add_key(database, keyring, "acme", "publishable"),
        server=add_key(database, keyring, "acme", "secret"),
        other_widget=add_key(database, keyring, "rival", "publishable"),
        other_server=add_key(database, keyring, "rival", "secret"),
    )
    return World(database, keyring, tokens, clients, servicer, pipeline, keys, url, observers)
