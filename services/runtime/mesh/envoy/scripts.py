"""The two things that Envoy has no option for, as scripts: a client's time, and errors as JSON.

The first stands behind the transcoder, where the rpc is known; the second before it, where answers
have been transcoded. A status comes as google.rpc.Status ({"code": 5, …}) and leaves as AIP-193 has
it ({"error": {"code": 404, "status": "NOT_FOUND", …}}), as the gateway answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from google.rpc import code_pb2

from services.runtime.mesh.envoy.topology import Limits

_TIME: Final = """
local streams = {%(streams)s}

-- X-Timeout in seconds becomes the deadline that gRPC passes on.
function envoy_on_request(handle)
  local headers = handle:headers()
  local sent = headers:get("x-timeout")
  local most = %(most)d
  local milliseconds = %(default)d
  if streams[headers:get(":path")] then
    most = %(stream)d
    milliseconds = most
  end
  if sent then
    local whole = sent:match("^%%d+$") or sent:match("^%%d+%%.%%d+$")
    local wanted = whole and #whole <= 36 and tonumber(whole) or 0
    if wanted == 0 then
      handle:respond({[":status"] = "400"}, "X-Timeout is a number of seconds above 0, such as 2.5.")
      return
    end
    milliseconds = math.max(1, math.floor(wanted * 1000))
  elseif headers:get("grpc-timeout") then
    return
  end
  headers:replace("grpc-timeout", string.format("%%dm", math.min(milliseconds, most)))
end
"""

_ERRORS: Final = """
local names = {%(names)s}

-- A status of gRPC becomes the error that REST clients know.
function envoy_on_response(handle)
  local headers = handle:headers()
  local status = tonumber(headers:get(":status"))
  if status < 400 then return end
  local body = handle:body(true)
  local text = body:getBytes(0, body:length())
  local code, rest = text:match('^{"code":(%%d+)(.*)}%%s*$')
  if code == nil then return end
  local name = names[tonumber(code)] or "UNKNOWN"
  if not rest:find('^,"message"') then rest = ',"message":""' .. rest end
  headers = handle:headers()  -- the one from before the body came may no longer be used
  local wait = rest:match('"retryDelay":"(%%d+)')
  if wait and not headers:get("retry-after") then headers:add("retry-after", wait) end
  if status == 401 then headers:replace("www-authenticate", "Bearer") end
  headers:replace("content-length", body:setBytes(string.format(
    '{"error":{"code":%%d,"status":"%%s"%%s}}', status, name, rest)))
end
"""


def deadlines(streams: Iterable[str], limits: Limits) -> str:
    """Return the script of deadlines. streams: the paths of rpcs that answer with a stream."""
    return _TIME % {
        "streams": ", ".join(f"[{json.dumps(path)}] = true" for path in streams),
        "default": limits.default_s * 1000,
        "most": limits.most_s * 1000,
        "stream": limits.stream_s * 1000,
    }


def errors() -> str:
    """Return the script of errors."""
    names = sorted((number, name) for name, number in code_pb2.Code.items())
    return _ERRORS % {"names": ", ".join(f'[{number}] = "{name}"' for number, name in names)}
