"""What the API document says of itself, and of messages that come from elsewhere without comments."""

from __future__ import annotations

from typing import Final

CONVENTIONS: Final = """\
Every call is also a gRPC call; this document is made from the same descriptors.

**Names.** A resource is called by its path: `brands/hearth-oak/products/steel-tag`. Where a field asks for a name, it is all of it. Ids are lower-case letters, digits and hyphens, up to 63.

**JSON.** The protobuf mapping: fields in camelCase, 64-bit numbers as strings, bytes as base64, times as RFC 3339, empty fields left out. Unknown fields are refused. Lengths are whole micrometres, money is whole cents.

**Credentials.** `X-Api-Key` holds a publishable key (pages) or a secret key (servers); `Luneo-Session` a shopper's guest session beside a publishable key; `Authorization: Bearer` a person's token. A thing of another brand is answered like one that does not exist.

**Errors.** `{"error": {"code", "message", "status", "details"}}`; `reason` in `details` is stable, fields at fault are listed. With `Accept: application/problem+json` the same comes as problem details (RFC 9457).

**Repeating.** Send `Idempotency-Key` with what creates something: a repetition gets the first answer for 24 hours.

**Changing.** A PATCH without `updateMask` changes the fields that its body names. `If-Match` with the `etag` that was read refuses to overwrite what somebody else has changed (412).

**Lists.** `pageSize` and `pageToken`; the last page has no `nextPageToken`.

**Queued work** answers with an operation: read it, wait for it (`:wait`) or watch it (`:watch`, a stream).

**Limits.** `RateLimit-Policy` and `RateLimit` say what is left; 429 and 503 say in `Retry-After` when to come back.\
"""

# By full name, in our own words: descriptors from packages come without comments.
OF_OTHERS: Final[dict[str, str]] = {
    "google.longrunning.Operation": "Queued work: asked for, running, or done.",
    "google.longrunning.Operation.name": "Resource name: brands/{brand}/operations/{operation}.",
    "google.longrunning.Operation.metadata": "A luneo.operations.v1.OperationMetadata: the state, the progress, the target.",
    "google.longrunning.Operation.done": "Whether it has ended; then there is an error or a response.",
    "google.longrunning.Operation.error": "Why it failed or was cancelled.",
    "google.longrunning.Operation.response": "The resource that was made, as it was when the work ended.",
    "google.rpc.Status": "How a call or queued work failed.",
    "google.rpc.Status.code": "Number of the gRPC code.",
    "google.rpc.Status.message": "A sentence for people.",
    "google.rpc.Status.details": "Typed details, as in errors of calls.",
}
