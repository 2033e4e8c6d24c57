"""A running installation as those see it who want to break it: over the wire, and in its data."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import sql

from services.runtime import installation_keys
from services.runtime.clock import FixedClock
from services.runtime.config import with_user
from services.runtime.keyring import Keyring
from services.runtime.tokens import Tokens
from tests.platform.installation import Installation

ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
PROJECT = str(Path(__file__).resolve().parents[2])
# What no answer and no log line of a refusal may hold: traces, files of ours, SQL.
LEAKS = re.compile(
    r'Traceback|File \\?"|\.py\b|site-packages|psycopg|SELECT |INSERT |luneo_service'
)
SECRETS = re.compile(r"l(?:pk|sk|op)_[a-z2-7]{20}|eyJ[\w-]{10,}\.[\w-]{10,}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refused call answered. fields: reasons by field."""

    status: int
    code: str
    reason: str
    message: str
    fields: dict[str, str]


class Live:
    """A demo that runs, its two brands, their keys."""

    def __init__(self, made: Installation) -> None:
        self.made = made
        record = made.seeded()
        status = made.status()
        self.rest: str = status["rest"]
        self.grpc: str = status["grpc"]
        self.brands: list[dict[str, Any]] = record["brands"]
        self._logged = self._log_size()
        self._open = ExitStack()

    def close(self) -> None:
        """Close every connection."""
        self._open.close()

    def key(self, kind: str, brand: int = 0) -> str:
        """kind: "publishable", "secret" or "operator"."""
        key: str = self.brands[brand]["keys"][kind]
        return key

    def client(self, key: str = "", session: str = "", **headers: str) -> httpx.Client:
        shown = {"x-api-key": key, "luneo-session": session}
        made = httpx.Client(
            base_url=self.rest,
            headers={**{name: value for name, value in shown.items() if value}, **headers},
            timeout=60,
        )
        return self._open.enter_context(made)

    @cached_property
    def server(self) -> httpx.Client:
        return self.client(self.key("secret"))

    @cached_property
    def operator(self) -> httpx.Client:
        return self.client(self.key("operator"))

    @cached_property
    def shopper(self) -> httpx.Client:
        return self.client(self.key("publishable"), self.session())

    def session(self, brand: int = 0) -> str:
        """Start a guest session; return its token."""
        name = self.brands[brand]["name"]
        answer = self.client(self.key("publishable", brand)).post(f"/v1/{name}/guestSessions")
        token: str = answer.raise_for_status().json()["token"]
        return token

    def revision(self, product: int = 0, brand: int = 0) -> str:
        """The name of a product's published revision."""
        name = self.brands[brand]["products"][product]["name"]
        found = self.client(self.key("secret", brand)).get(f"/v1/{name}:published")
        revision: str = found.raise_for_status().json()["name"]
        return revision

    def tokens_of(self, moment: datetime) -> Tokens:
        """What the installation issues at another time."""
        keys = installation_keys.load(self.made.data / "keys" / "installation.json")
        return Tokens(Keyring(keys), FixedClock(moment), issuer="", audience="luneo")

    def platform_key(self) -> str:
        keys = installation_keys.load(self.made.data / "keys" / "installation.json")
        return Keyring(keys).platform_key()

    def is_at_rest(self) -> bool:
        """Whether all work that was asked for is done, such as the samples' small copies."""
        url = with_user(self.made.state()["database_url"], "postgres")
        with psycopg.connect(url) as connection:
            left = "SELECT FROM outbox WHERE state IN ('waiting', 'sent', 'running') LIMIT 1"
            return connection.execute(left).fetchone() is None

    def rows(self) -> dict[str, int]:
        """The number of rows of each table, of all brands."""
        url = with_user(self.made.state()["database_url"], "postgres")
        with psycopg.connect(url) as connection:
            tables = connection.execute(
                "SELECT relname FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            count = sql.SQL("SELECT count(*) FROM {}")
            return {
                table: connection.execute(count.format(sql.Identifier(table))).fetchone()[0]  # type: ignore[index]
                for (table,) in tables
            }

    def objects(self) -> set[str]:
        """Every file of the object store, drafts included."""
        root = self.made.data / "objects"
        return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}

    def contents(self) -> tuple[dict[str, int], set[str]]:
        """Everything that a refused call must leave as it is."""
        return self.rows(), self.objects()

    def new_log_lines(self) -> list[str]:
        """What our processes have logged since this was last asked."""
        since, self._logged = self._logged, self._log_size()
        lines: list[str] = []
        for path, size in self._logged.items():
            with path.open("rb") as file:
                file.seek(since.get(path, 0))
                lines += file.read(size - since.get(path, 0)).decode().splitlines()
        return lines

    def _log_size(self) -> dict[Path, int]:
        folder = self.made.data / "log"
        return {folder / f"{role}.log": (folder / f"{role}.log").stat().st_size for role in _ROLES}


_ROLES = ("server", "relay", "worker")


def refusal(answer: httpx.Response) -> Refusal:
    """Return what a refused call says, in the form that every refusal has; nothing in it leaks."""
    assert answer.headers["content-type"] == "application/json", answer.text
    check_leaks(answer.text, *answer.headers.values())
    (name,) = answer.json()
    error = answer.json()[name]
    assert (name, set(error)) == ("error", {"code", "message", "status", "details"})
    assert error["code"] == answer.status_code
    details = {detail["@type"]: detail for detail in error["details"]}
    info = details[ERROR_INFO]
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", info["reason"])
    assert info["domain"] == "luneo"
    violations = details.get(BAD_REQUEST, {}).get("fieldViolations", [])
    for sentence in (error["message"], *(found["description"] for found in violations)):
        assert re.search(r"\w.*[.…0-9a-z]$", sentence, re.DOTALL), sentence
        assert len(sentence) < 1000
    assert all(found["reason"] for found in violations)
    return Refusal(
        status=answer.status_code,
        code=error["status"],
        reason=info["reason"],
        message=error["message"],
        fields={found.get("field", ""): found["reason"] for found in violations},
    )


def check_leaks(*texts: str) -> None:
    """Fail if a text holds what nobody outside is to see."""
    for text in texts:
        assert not LEAKS.search(text), text
        assert PROJECT not in text
        assert not SECRETS.search(text), text


def check_log(lines: list[str]) -> None:
    """Fail if a log line of refused calls holds a secret, a trace, or an alarm."""
    for line in lines:
        assert not SECRETS.search(line), line
        assert "Traceback" not in line, line
        assert json.loads(line)["level"] not in ("error", "critical"), line


def long_ago() -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC)
