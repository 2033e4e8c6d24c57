"""What the gateway says when a call fails."""

from __future__ import annotations

import httpx


def error_of(response: httpx.Response) -> dict:
    assert response.headers["content-type"] == "application/json"
    return response.json()["error"]


def reason_of(response: httpx.Response) -> str:
    return error_of(response)["details"][0]["reason"]
