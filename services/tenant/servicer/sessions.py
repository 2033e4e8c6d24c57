"""luneo.tenant.v1.SessionService."""

from __future__ import annotations

import json

from google.api.httpbody_pb2 import HttpBody
from luneo.tenant.v1 import session_service_pb2, user_pb2

from services.runtime import moments
from services.runtime.calls import Context
from services.runtime.errors import NotFound
from services.runtime.service import Runtime
from services.tenant import convert, people, store
from services.tenant.attempts import Attempts
from services.tenant.domain import Membership, SignInFailed, email_of

_ALL = 1000


class SessionServicer:
    """Starts sessions of shoppers and of people."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._tokens = runtime.tokens
        self._attempts = Attempts()

    def CreateGuestSession(
        self, request: session_service_pb2.CreateGuestSessionRequest, context: Context
    ) -> session_service_pb2.GuestSession:
        issued = self._tokens.guest_session(brand=context.brand, key=context.caller.key or "")
        return session_service_pb2.GuestSession(
            token=issued.token,
            subject=issued.subject,
            expire_time=moments.to_message(issued.expires_at),
        )

    def SignIn(
        self, request: session_service_pb2.SignInRequest, context: Context
    ) -> session_service_pb2.SignInResponse:
        email = email_of(request.email)
        with self._database.directory() as directory:
            known = people.password_of(directory, email)
        with self._attempts.attempt(email):
            user = people.proven(known, request.password)
        if user is None:
            raise SignInFailed
        self._attempts.succeeded(email)
        issued = self._tokens.access_token(user=user.user, email=user.email)
        return session_service_pb2.SignInResponse(
            access_token=issued.token,
            expire_time=moments.to_message(issued.expires_at),
            user=convert.user_to_proto(user, self._memberships(user.user)),
        )

    def GetCurrentUser(
        self, request: session_service_pb2.GetCurrentUserRequest, context: Context
    ) -> user_pb2.User:
        with self._database.directory() as directory:
            user = people.by_id(directory, context.caller.subject.removeprefix("user:"))
        if user is None:
            raise NotFound
        return convert.user_to_proto(user, self._memberships(user.user))

    def GetJwks(self, request: session_service_pb2.GetJwksRequest, context: Context) -> HttpBody:
        document = json.dumps(self._tokens.jwks(), separators=(",", ":"), sort_keys=True)
        return HttpBody(content_type="application/jwk-set+json", data=document.encode())

    def _memberships(self, user: str) -> list[Membership]:
        with self._database.directory() as directory:
            brands = people.brands_of(directory, user, after="", limit=_ALL)
        found = []
        for brand in brands:
            with self._database.brand(brand) as tx:
                found += store.memberships_of(tx, brand, user)
        return found
