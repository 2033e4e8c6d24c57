"""The configuration of one process: read from the environment once, then frozen.

Every variable stands in `VARIABLES`, with its default and the sentence that `luneo config` prints.
To add one: a field of `Settings`, a row of `VARIABLES`, nothing else.

Nothing here opens a file or a socket; the installation's secrets are in `installation_keys`.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

LOG_LEVELS: Final = ("debug", "info", "warning", "error")
MAINTENANCE: Final = ("off", "reads", "all")
LOG_FORMATS: Final = ("auto", "json", "console")


class SettingsError(ValueError):
    """A variable of the environment holds a value that cannot be used.

    `str()` is a sentence for the operator; it never repeats the value of a secret.
    """

    def __init__(self, variable: str, sentence: str) -> None:
        super().__init__(f"{variable}: {sentence}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is told from outside. An empty text means "not set"."""

    data: Path
    host: str
    port: int
    grpc_port: int
    public_url: str
    database_url: str
    redis_url: str
    limits_redis_url: str
    objects_url: str
    s3_endpoint: str
    s3_region: str
    s3_access_key: str
    s3_secret_key: str
    keys_file: Path
    fonts: Path
    workers: int
    worker_threads: int
    call_threads: int
    trusted_hops: int
    route_rates: str
    maintenance: str
    database_pool: int
    log_level: str
    log_format: str
    otlp_endpoint: str
    trace_sample: float
    metrics_port: int
    oidc_issuer: str
    oidc_audience: str
    oidc_jwks_url: str
    service_addresses: str
    tls_dir: str
    plaintext: str
    clean_up_hours: int
    keep_renders_days: int
    prepare_3d: str

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, **overrides: object
    ) -> Settings:
        """Read every variable; `overrides` (by field name, `None` = not given) win.

        Raises SettingsError for the first value that cannot be used.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for variable in VARIABLES:
            given = overrides.get(variable.field)
            text = str(given) if given is not None else environ.get(variable.name, "").strip()
            values[variable.field] = _value(variable, text, values)
        return cls(**values)

    @property
    def embedded_postgres(self) -> bool:
        """Whether `luneo up` starts the PostgreSQL of the data folder."""
        return not self.database_url

    @property
    def embedded_redis(self) -> bool:
        """Whether `luneo up` starts the Redis of the data folder."""
        return not self.redis_url

    def addresses(self) -> dict[str, str]:
        """Return where services of other processes are: name → "host:port", several with commas."""
        found: dict[str, list[str]] = {}
        for pair in filter(None, self.service_addresses.split(",")):
            name, _, address = pair.partition("=")
            found.setdefault(name, []).append(address)
        return {name: ",".join(addresses) for name, addresses in found.items()}

    def environment(self) -> dict[str, str]:
        """The variables from which a child process reads these same settings."""
        return {v.name: str(getattr(self, v.field)) for v in VARIABLES}

    def described(self) -> list[tuple[Variable, str]]:
        """Each variable with its value as it may be shown: no secret, no password."""
        return [(v, v.shown(getattr(self, v.field))) for v in VARIABLES]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment: how it is named, read, shown and explained."""

    name: str
    field: str
    parse: Callable[[str], object]
    default: str | Callable[[Mapping[str, Any]], str]
    default_shown: str
    sentence: str
    secret: bool = False

    def shown(self, value: object) -> str:
        if self.secret and value:
            return "(set, not shown)"
        return without_password(str(value))


def without_password(text: str) -> str:
    """Return the URL with its password masked; any other text as it is."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
        password = parts.password
    except ValueError:
        return "(unreadable URL, not shown)"
    if password is None:
        return text
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.split(':', 1)[0]}:***@{place}"))


def with_user(url: str, user: str, password: str = "") -> str:
    """Return the database URL for another role of the same database.

    The three roles of the services log in with `InstallationKeys.role_password`; embedded, the
    socket's folder is the lock and the password is ignored.
    """
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    credential = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return urlunsplit(parts._replace(netloc=f"{credential}@{place}"))


def _value(variable: Variable, text: str, earlier: Mapping[str, Any]) -> object:
    if not text:
        default = variable.default
        text = default(earlier) if callable(default) else default
    try:
        return variable.parse(text)
    except ValueError as error:
        shown = "this value" if variable.secret else repr(without_password(text))
        raise SettingsError(variable.name, f"{shown} {error}") from None


def _text(text: str) -> str:
    return text


def _folder(text: str) -> Path:
    if "\0" in text:
        raise ValueError("holds a NUL character. Give the path of a folder.")
    return Path(text).expanduser().absolute()


def _optional_folder(text: str) -> str:
    return str(_folder(text)) if text else ""


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        wanted = f"is not a whole number from {low} to {high}. Change it or unset the variable."
        if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
            raise ValueError(wanted)
        return int(text)

    return parse


def _share(text: str) -> float:
    wanted = "is not a number from 0 to 1. 0.01 traces one call in a hundred."
    try:
        value = float(text)
    except ValueError:
        raise ValueError(wanted) from None
    if not 0 <= value <= 1:
        raise ValueError(wanted)
    return value


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"is not known here. Use one of: {', '.join(choices)}.")
        return text.lower()

    return parse


def _url(*schemes: str, optional: bool = True) -> Callable[[str], str]:
    wanted = f"is not a URL that begins with {' or '.join(f'{s}://' for s in schemes)}."

    def parse(text: str) -> str:
        if not text and optional:
            return ""
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:
            raise ValueError(wanted) from None
        if parts.scheme not in schemes or not text.startswith(f"{parts.scheme}://"):
            raise ValueError(wanted)
        return text

    return parse


def _database_url(text: str) -> str:
    return _url("postgresql", "postgres")(text).replace("postgres://", "postgresql://", 1)


def _route_rates(text: str) -> str:
    pairs = "".join(text.split())
    if not re.fullmatch(r"([A-Za-z][\w.]*/\w+=[0-9]+(\.[0-9]+)?/[1-9][0-9]*(,(?!$)|$))*", pairs):
        raise ValueError("is not a list such as luneo.tenant.v1.SessionService/SignIn=0.5/10.")
    if re.search(r"=0+(\.0+)?/", pairs):
        raise ValueError("names a rate of nothing a second. Give more than 0.")
    return pairs


def _addresses(text: str) -> str:
    pairs = "".join(text.split())
    if not re.fullmatch(r"([a-z]+=[^=,:/]+:[0-9]+(,(?!$)|$))*", pairs):
        raise ValueError("is not a list such as spec=10.0.0.2:8401,render=10.0.0.3:8401.")
    places = [pair.split("=") for pair in pairs.split(",") if pair]
    names = [name for name, _ in places]
    for name, place in places:
        if names.count(name) > 1 and not _is_ipv4(place.partition(":")[0]):
            raise ValueError(
                f"gives {name} several addresses. Name them by IPv4 addresses, or give one name "
                "that DNS resolves to all of them."
            )
    return pairs


def _is_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _base_url(text: str) -> str:
    return _url("http", "https", optional=False)(text).rstrip("/")


_PROJECT: Final = Path(__file__).resolve().parents[2]
_PORT: Final = _whole(1, 65535)

VARIABLES: Final[tuple[Variable, ...]] = (
    Variable("LUNEO_DATA", "data", _folder, ".luneo", ".luneo",
             "Folder of everything this installation keeps: database, queue, objects, keys, logs."),
    Variable("LUNEO_HOST", "host", _text, "127.0.0.1", "127.0.0.1",
             "Address that REST and gRPC listen on; 0.0.0.0 opens them to the network."),
    Variable("LUNEO_PORT", "port", _PORT, "8400", "8400", "Port of REST and of the page."),
    Variable("LUNEO_GRPC_PORT", "grpc_port", _PORT,
             lambda v: str(v["port"] + 1 if v["port"] < 65535 else v["port"] - 1), "LUNEO_PORT + 1",
             "Port of gRPC."),
    Variable("LUNEO_PUBLIC_URL", "public_url", _base_url,
             lambda v: f"http://localhost:{v['port']}", "http://localhost:LUNEO_PORT",
             "Address under which browsers reach REST; signed URLs and tokens name it."),
    Variable("DATABASE_URL", "database_url", _database_url, "", "embedded",
             "PostgreSQL 15 or newer as the role that owns the schema. Empty: `luneo up` runs its own."),
    Variable("REDIS_URL", "redis_url", _url("redis", "rediss", "unix"), "", "embedded",
             "Redis 7 or newer of the queue, without eviction. Empty: `luneo up` runs its own."),
    Variable("LUNEO_LIMITS_REDIS_URL", "limits_redis_url", _url("redis", "rediss", "unix"), "",
             "REDIS_URL", "Redis in which gateways count calls together; it may lose everything."),
    Variable("LUNEO_OBJECTS_URL", "objects_url", _url("file", "s3", optional=False),
             lambda v: (v["data"] / "objects").as_uri(), "file://LUNEO_DATA/objects",
             "Where pictures and packs are kept: file:///folder or s3://bucket/prefix."),
    Variable("AWS_ENDPOINT_URL", "s3_endpoint", _url("http", "https"), "", "Amazon's",
             "Address of the S3 service, where objects are in S3 elsewhere than at Amazon."),
    Variable("AWS_REGION", "s3_region", _text, "", "the service's",
             "Region of the bucket, where objects are in S3."),
    Variable("AWS_ACCESS_KEY_ID", "s3_access_key", _text, "", "the machine's own role",
             "Key id for S3.", secret=True),
    Variable("AWS_SECRET_ACCESS_KEY", "s3_secret_key", _text, "", "the machine's own role",
             "Secret key for S3.", secret=True),
    Variable("LUNEO_KEYS_FILE", "keys_file", _folder,
             lambda v: str(v["data"] / "keys" / "installation.json"),
             "LUNEO_DATA/keys/installation.json",
             "File of the installation's secrets; made at the first start, readable by its user only."),
    Variable("LUNEO_FONTS", "fonts", _folder,
             str(_PROJECT / "node_modules" / "@expo-google-fonts"), "the npm packages beside the code",
             "Folder of the font packages that the samples and the command line use."),
    Variable("LUNEO_WORKERS", "workers", _whole(0, 256), "1", "1",
             "Worker processes that `luneo up` starts."),
    Variable("LUNEO_WORKER_THREADS", "worker_threads", _whole(1, 64), "2", "2",
             "Jobs that one worker process runs at once."),
    Variable("LUNEO_CALL_THREADS", "call_threads", _whole(1, 512), "16", "16",
             "Calls that one server process handles at once."),
    Variable("LUNEO_TRUSTED_HOPS", "trusted_hops", _whole(0, 8), "0", "0",
             "Proxies in front whose X-Forwarded-For is believed: limits and logs then know the client."),
    Variable("LUNEO_ROUTE_RATES", "route_rates", _route_rates, "", "none",
             "Limits of rpcs for one client: package.Service/Method=calls a second/burst, by commas."),
    Variable("LUNEO_MAINTENANCE", "maintenance", _one_of(MAINTENANCE), "off", "off",
             "off; reads: this gateway refuses what changes something; all: it refuses every call."),
    Variable("LUNEO_DATABASE_POOL", "database_pool", _whole(1, 512), "16", "16",
             "Database connections that one process keeps at most, for each of its roles."),
    Variable("LUNEO_LOG_LEVEL", "log_level", _one_of(LOG_LEVELS), "info", "info",
             "Least serious log line that is written: debug, info, warning or error."),
    Variable("LUNEO_LOG_FORMAT", "log_format", _one_of(LOG_FORMATS), "auto", "auto",
             "json, console, or auto: console on a terminal, else JSON."),
    Variable("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint", _url("http", "https"), "", "none",
             "Collector that receives traces by OTLP over HTTP. Empty: none are sent."),
    Variable("LUNEO_TRACE_SAMPLE", "trace_sample", _share, "0.01", "0.01",
             "Share of calls that are traced, where the caller does not ask for it."),
    Variable("LUNEO_METRICS_PORT", "metrics_port", _whole(0, 65535), "0", "none",
             "Port on which this process tells Prometheus its own figures, to whoever reaches it. 0: "
             "only REST tells them, to this machine alone."),
    Variable("LUNEO_OIDC_ISSUER", "oidc_issuer", _url("http", "https"), "", "the embedded issuer",
             "Issuer of an outside identity provider, as its tokens name it (`iss`)."),
    Variable("LUNEO_OIDC_AUDIENCE", "oidc_audience", _text, "luneo", "luneo",
             "Audience that tokens must name (`aud`)."),
    Variable("LUNEO_OIDC_JWKS_URL", "oidc_jwks_url", _url("http", "https"), "", "none",
             "Address of the outside issuer's public keys (JWKS)."),
    Variable("LUNEO_SERVICE_ADDRESSES", "service_addresses", _addresses, "", "this process",
             "Where services that this process does not run are: name=host:port, separated by commas; "
             "a name given twice is balanced."),
    Variable("LUNEO_TLS_DIR", "tls_dir", _optional_folder, "", "plaintext on this machine only",
             "Folder with tls.crt, tls.key and ca.crt of this process: gRPC is mutual TLS then."),
    Variable("LUNEO_PLAINTEXT", "plaintext", _one_of(("loopback", "allowed")), "loopback", "loopback",
             "Where gRPC without LUNEO_TLS_DIR may go: loopback, or allowed in any network."),
    Variable("LUNEO_CLEAN_UP_HOURS", "clean_up_hours", _whole(0, 168), "24", "24",
             "Hours from one clean-up of a brand to the next, up to 168; 0 turns it off."),
    Variable("LUNEO_KEEP_RENDERS_DAYS", "keep_renders_days", _whole(0, 36500), "90", "90",
             "Days that previews and thumbnails of designs without a snapshot are kept; 0 for ever."),
    Variable("LUNEO_PREPARE_3D", "prepare_3d", _one_of(("on", "at-once", "off")), "on", "on",
             "on: the sides of a 3D model are prepared in the background when its product is published "
             "(some 60 MB a model and look); at-once: without rests while others wait for a processor, as "
             "for a catalogue before its shop opens; off: each when it is first looked at."),
)  # fmt: skip

assert [v.field for v in VARIABLES] == [f.name for f in fields(Settings)]
