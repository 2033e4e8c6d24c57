"""What a shop does all day, over REST."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from tests.fleet.brand import OverGrpc
from tests.fleet.fleet import Fleet


def main_job_over_rest(running: Fleet, acme: OverGrpc, plate: str, text: str) -> bytes:
    """Type a name, freeze it, order the pack, download it: what a shop does."""
    as_shopper = {"x_api_key": acme.publishable}
    as_server = {"x_api_key": acme.secret}
    status, made = running.post(f"/v1/{acme.name}/guestSessions", {}, **as_shopper)
    assert status == 200, made
    as_shopper["luneo_session"] = made["token"]
    design = {"productRevision": plate, "zones": {"name": {"text": {"text": text}}}}
    status, composed = running.post(
        f"/v1/{acme.name}/designs:compose", {"design": design}, **as_shopper
    )
    assert status == 200, composed
    status, snapshot = running.post(f"/v1/{acme.name}/snapshots", {"design": design}, **as_shopper)
    assert status == 200, snapshot
    assert snapshot["layoutDigest"] == composed["layout"]["digest"]
    status, operation = running.post(
        f"/v1/{acme.name}/exportPacks", {"snapshot": snapshot["name"]}, **as_server
    )
    assert status == 200, operation
    status, answer = running.get(f"/v1/{operation['name']}:wait", **as_server)
    done = json.loads(answer)
    assert done.get("done"), done
    status, answer = running.get(f"/v1/{done['response']['name']}", **as_server)
    assert status == 200
    link = urlsplit(json.loads(answer)["result"]["uri"])
    status, data = running.get(f"{link.path}?{link.query}")
    assert status == 200
    return data
