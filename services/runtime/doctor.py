"""Examines every part of an installation, and says what to do about what is not well.

Each examination is one function; it returns findings and raises nothing. It changes nothing, except
that it writes and deletes one small object. To add one: write it, add it to `_EXAMINATIONS`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from services.runtime import error_texts, installation_keys, ports
from services.runtime.config import Settings, SettingsError, with_user
from services.runtime.embedded.postgres import PRIVATE_LOG, binaries_folder
from services.runtime.embedded.redis import server_binary
from services.runtime.state import State

if TYPE_CHECKING:
    import psycopg

LITTLE_SPACE_BYTES: Final = 2_000_000_000
NO_SPACE_BYTES: Final = 200_000_000
CLOCK_LIMIT_S: Final = 2.0
CERTIFICATE_NOTE: Final = timedelta(days=7)
HEARTBEAT_LIMIT_S: Final = 60.0
OLDEST_POSTGRES: Final = 150_000
OLDEST_REDIS: Final = 7
_PACKAGES: Final = (
    "alembic", "cryptography", "dramatiq", "google.protobuf", "grpc", "obstore", "orjson", "psycopg",
    "redis", "sqlalchemy", "starlette", "uvicorn",
)  # fmt: skip
_RENDER_PACKAGES: Final = (
    "ezdxf",
    "fontTools",
    "numpy",
    "pathops",
    "pikepdf",
    "pyvips",
    "uharfbuzz",
)
_ROLES: Final = ("luneo_service", "luneo_relay", "luneo_directory")


@dataclass(frozen=True, slots=True)
class Finding:
    """well: nothing to do; note: works, but read this; ill: the sentence ends with what to do."""

    part: str
    state: Literal["well", "note", "ill"]
    sentence: str

    def record(self) -> dict[str, str]:
        return asdict(self)


@dataclass(slots=True)
class Patient:
    """What the examinations look at. pending: lists the migrations that a database lacks."""

    settings: Settings
    pending: Callable[[str], list[str]]
    running: State | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.settings.database_url or (self.running.database_url if self.running else "")

    @property
    def redis_url(self) -> str:
        return self.settings.redis_url or (self.running.redis_url if self.running else "")


def examine(settings: Settings, pending: Callable[[str], list[str]]) -> list[Finding]:
    """Run every examination, in the order in which a fault spreads."""
    patient = Patient(settings, pending, State.read(settings.data))
    findings: list[Finding] = []
    for part, examination in _EXAMINATIONS.items():
        try:
            found = list(examination(patient))
        except Exception as error:  # a fault of one part is a finding, and the others are examined
            found = [("ill", f"{type(error).__name__}: {error_texts.told(error)}")]
        findings += [Finding(part, state, sentence) for state, sentence in found]
    return findings


_Answer = tuple[Literal["well", "note", "ill"], str]
_Answers = Iterator[_Answer]


def _python(_: Patient) -> _Answers:
    version = ".".join(map(str, sys.version_info[:3]))
    yield "well", f"{version} in {sys.prefix}"


def _packages(_: Patient) -> _Answers:
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        yield "ill", f"Missing: {', '.join(missing)}. Run `make setup`."
    lacking = [name for name in _RENDER_PACKAGES if importlib.util.find_spec(name) is None]
    if lacking:
        yield "ill", f"This process cannot render, it lacks {', '.join(lacking)}. Run `make setup`."
    if not missing and not lacking:
        yield "well", f"{len(_PACKAGES) + len(_RENDER_PACKAGES)} packages are there"


def _fonts(patient: Patient) -> _Answers:
    folder = patient.settings.fonts
    faces = sum(1 for _ in folder.rglob("*.ttf")) if folder.is_dir() else 0
    if faces:
        yield "well", f"{faces} faces in {folder}"
    else:
        yield "ill", f"No font in {folder}. Run `make setup`, or set LUNEO_FONTS."


def _data(patient: Patient) -> _Answers:
    folder = patient.settings.data
    if not folder.exists():
        yield "note", f"{folder} is made by the first `luneo up`."
        return
    found = folder.stat()
    if found.st_uid != os.geteuid():
        yield "ill", f"{folder} belongs to another user (uid {found.st_uid}). Start as that user."
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield "ill", f"{folder} cannot be written. Run: chmod u+rwx '{folder}'"
    elif stat.S_IMODE(found.st_mode) & 0o077:
        yield "note", f"{folder} is open to other users. Run: chmod 700 '{folder}'"
    else:
        yield "well", str(folder)


def _disk(patient: Patient) -> _Answers:
    place = patient.settings.data
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    sentence = f"{free / 1e9:.1f} GB free for {patient.settings.data}"
    if free < NO_SPACE_BYTES:
        yield "ill", f"{sentence}. Renders will fail: make room, or move the folder (--data)."
    elif free < LITTLE_SPACE_BYTES:
        yield "note", f"{sentence}. Make room soon."
    else:
        yield "well", sentence


def _keys(patient: Patient) -> _Answers:
    path = patient.settings.keys_file
    if not path.exists():
        yield "note", f"{path} is made by the first start."
        return
    try:
        installation_keys.load(path)
    except SettingsError as error:
        yield "ill", str(error)
    else:
        yield "well", f"{path} holds the three keys. Keep a copy apart from the database's backup."


def _certificates(patient: Patient) -> _Answers:
    from services.runtime.mesh.tls_files import TlsFiles

    folder = patient.settings.tls_dir
    if not folder:
        allowed = patient.settings.plaintext == "allowed"
        where = "in any network" if allowed else "on this machine only"
        yield ("note" if allowed else "well"), f"none: gRPC is plaintext, {where}"
        return
    try:
        material = TlsFiles(Path(folder)).current()
    except SettingsError as error:
        yield "ill", str(error)
        return
    left = material.until - datetime.now(UTC)
    until = f"{folder} is valid until {material.until:%Y-%m-%d %H:%M} UTC"
    soon = min(CERTIFICATE_NOTE, (material.until - material.since) / 3)
    if left <= timedelta():
        yield "ill", f"{until}: it has expired. Run: luneo certs '{Path(folder).parent}'"
    elif left < soon:
        yield "note", f"{until}, which is soon. Run: luneo certs '{Path(folder).parent}'"
    else:
        yield "well", until


def _supervisor(patient: Patient) -> _Answers:
    settings, running = patient.settings, patient.running
    if running is None:
        here = f"http://{ports.reachable(settings.host)}:{settings.port}"
        if ports.answers(f"{here}/healthz"):
            yield "well", f"{here} answers, without a supervisor"
            return
        yield "note", f"Nothing runs in {settings.data}. Start it with `luneo up`."
        for port, flag in ((settings.port, "--port"), (settings.grpc_port, "--grpc-port")):
            try:
                ports.require_free(settings.host, port, flag)
            except ports.PortTaken as taken:
                yield "ill", str(taken)
        return
    if not ports.answers(f"{running.rest}/healthz"):
        yield "ill", f"{running.rest} does not answer. See {settings.data}/log/server.log."
    missing = [role for role, pids in running.processes.items() if not pids]
    if missing:
        yield "ill", f"Not running: {', '.join(missing)}. See {settings.data}/log."
    else:
        yield "well", f"{running.rest} and gRPC {running.grpc} since {running.started}"


def _postgres(patient: Patient) -> _Answers:
    import psycopg

    if patient.settings.embedded_postgres:
        yield "well", _version_of(binaries_folder() / "postgres")
    if not patient.database_url:
        return
    try:
        with psycopg.connect(_as_anybody(patient), connect_timeout=5) as connection:
            version = connection.info.server_version
            before = time.time()
            row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
            patient.facts["clock_s"] = float(row[0]) - (before + time.time()) / 2 if row else 0.0
            telling = _telling(connection)
    except psycopg.Error as error:
        yield "ill", f"{_first_line(error)}. Check DATABASE_URL, and whether the server runs."
        return
    if version < OLDEST_POSTGRES:
        yield "ill", f"Version {version // 10000}; Luneo needs 15 or newer. Upgrade the server."
    else:
        yield "well", f"answers, version {version // 10000}.{version % 10000}"
    if telling:
        yield "note", f"Its log may quote what people typed. Set {', '.join(telling)}."
    patient.facts["database"] = True


def _telling(connection: psycopg.Connection[Any]) -> list[str]:
    """Return what to set so that the server's log quotes no rows and no statements."""
    found = connection.execute("SELECT name, setting FROM pg_settings").fetchall()
    settings = dict(found)
    return [
        f"{name} = {value}"
        for name, value in PRIVATE_LOG.items()
        if settings.get(name, value) != value
    ]


def _as_anybody(patient: Patient) -> str:
    """Return the database's URL with a login: in a fleet only `luneo migrate` has the owner's."""
    url, path = patient.database_url, patient.settings.keys_file
    if urlsplit(url).username or not path.exists():
        return url
    return with_user(url, _ROLES[-1], installation_keys.load(path).role_password(_ROLES[-1]))


def _migrations(patient: Patient) -> _Answers:
    if "database" not in patient.facts:
        return
    if not urlsplit(patient.database_url).username:
        yield (
            "note",
            "DATABASE_URL names no owner here. Run `luneo doctor` where `luneo migrate` runs.",
        )
        return
    missing = patient.pending(patient.database_url)
    if missing:
        yield "ill", f"Not run: {', '.join(missing)}. Run `luneo migrate`."
    else:
        yield "well", "the database is up to date"


def _roles(patient: Patient) -> _Answers:
    import psycopg

    if "database" not in patient.facts or not patient.settings.keys_file.exists():
        return
    keys = installation_keys.load(patient.settings.keys_file)
    for role in _ROLES:
        url = with_user(patient.database_url, role, keys.role_password(role))
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                row = connection.execute(
                    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.Error as error:
            yield "ill", f"{role} cannot log in: {_first_line(error)}. Run `luneo migrate`."
            continue
        if row and row[0]:
            yield "ill", f"{role} sees every brand. Run: ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS"
        else:
            yield "well", f"{role} logs in, and row level security holds for it"


def _redis(patient: Patient) -> _Answers:
    import redis

    if patient.settings.embedded_redis:
        yield "well", _version_of(server_binary())
    if not patient.redis_url:
        return
    try:
        with redis.Redis.from_url(patient.redis_url, socket_timeout=5) as client:
            version = str(client.info("server")["redis_version"])
            policy = str(client.info("memory")["maxmemory_policy"])
            since = time.time() * 1000 - HEARTBEAT_LIMIT_S * 1000
            patient.facts["workers"] = client.zcount("luneo:__heartbeats__", since, "+inf")
    except redis.RedisError as error:
        yield "ill", f"{_first_line(error)}. Check REDIS_URL, and whether the server runs."
        return
    if policy != "noeviction":
        yield "ill", f"It may drop jobs ({policy}). Set maxmemory-policy to noeviction."
    if (
        not patient.settings.embedded_redis
        and int(version.split(".", maxsplit=1)[0]) < OLDEST_REDIS
    ):
        yield "note", f"Version {version} has known flaws. Use {OLDEST_REDIS} or newer."
    yield "well", f"answers, version {version}"


def _workers(patient: Patient) -> _Answers:
    if "workers" not in patient.facts:
        return
    if patient.facts["workers"]:
        yield "well", f"{patient.facts['workers']} gave a sign within {HEARTBEAT_LIMIT_S:.0f} s"
    else:
        yield "ill", "No worker has given a sign. Start one: `luneo work`, or `luneo up`."


def _objects(patient: Patient) -> _Answers:
    from services.runtime.object_stores import open_store

    settings = patient.settings
    if settings.objects_url.startswith("file://") and not settings.data.exists():
        return
    store = open_store(
        settings.objects_url, endpoint=settings.s3_endpoint, region=settings.s3_region,
        access_key=settings.s3_access_key, secret_key=settings.s3_secret_key,
    )  # fmt: skip
    key, data = f"doctor/{os.getpid()}", b"well"
    store.put(key, data, media_type="text/plain")
    read = store.get(key)
    store.delete(key)
    if read == data:
        yield "well", f"{settings.objects_url} keeps what is written"
    else:
        yield "ill", f"{settings.objects_url} gave back other bytes. Check the disk or the service."


def _clock(patient: Patient) -> _Answers:
    if "clock_s" not in patient.facts:
        return
    ahead = patient.facts["clock_s"]
    if abs(ahead) > CLOCK_LIMIT_S:
        yield "ill", f"The database's clock is {ahead:+.1f} s from ours. Run NTP on both machines."
    else:
        yield "well", "agrees with the database's"


_EXAMINATIONS: Final[dict[str, Callable[[Patient], _Answers]]] = {
    "python": _python,
    "packages": _packages,
    "fonts": _fonts,
    "data folder": _data,
    "disk": _disk,
    "keys": _keys,
    "certificates": _certificates,
    "running": _supervisor,
    "postgresql": _postgres,
    "migrations": _migrations,
    "roles": _roles,
    "clock": _clock,
    "redis": _redis,
    "workers": _workers,
    "objects": _objects,
}


def _version_of(binary: Path) -> str:
    done = subprocess.run(  # noqa: S603  a binary of a locked wheel
        [binary, "--version"], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()


def _first_line(error: Exception) -> str:
    return error_texts.told(error).strip().split("\n", 1)[0].rstrip(".")
