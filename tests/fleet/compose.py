"""docker-compose.yml as its engine would read it: merged, with variables filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
# What an operator has to set.
GIVEN = {"POSTGRES_PASSWORD": "word", "S3_ACCESS_KEY": "id", "S3_SECRET_KEY": "secret"}
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Container:
    """A service of the file."""

    name: str
    described: dict[str, Any]

    @property
    def is_ours(self) -> bool:
        return bool(self.described["image"] == "luneo")

    @property
    def is_once(self) -> bool:
        """Whether it does one thing and ends."""
        return self.described.get("restart") in ("on-failure", "no")

    @property
    def command(self) -> list[str]:
        return [str(part) for part in self.described.get("command", [])]

    @property
    def environment(self) -> dict[str, str]:
        given = self.described.get("environment", {})
        return {name: str(value) for name, value in given.items()}

    @property
    def networks(self) -> set[str]:
        return set(self.described.get("networks", []))

    @property
    def mounts(self) -> list[dict[str, Any]]:
        return [_mount(one) for one in self.described.get("volumes", [])]


def _mount(one: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(one, dict):
        return one
    source, target, *mode = one.split(":")
    return {"type": "volume", "source": source, "target": target, "read_only": mode == ["ro"]}


def text() -> str:
    return FILE.read_text(encoding="utf-8")


def file(given: Mapping[str, str] = GIVEN) -> dict[str, Any]:
    """Return the whole file. Raises KeyError for a variable that has to be set and is not."""
    found = yaml.safe_load(_filled(text(), given))
    assert isinstance(found, dict)
    return found


def containers(given: Mapping[str, str] = GIVEN) -> dict[str, Container]:
    """Return the services by name."""
    return {name: Container(name, one) for name, one in file(given)["services"].items()}


def image_environment() -> dict[str, str]:
    """Return what the Dockerfile sets."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ENV (.+)$", text, re.MULTILINE)
    return dict(pair.split("=", 1) for pair in line.split())


def _filled(text: str, given: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name, kind, default = match.groups()
        return given.get(name, default) if kind == "-" else given[name]

    return _VARIABLE.sub(value, text)
