"""Puts the tenant service together."""

from __future__ import annotations

from services.runtime.service import Runtime, Service
from services.tenant.servicer.api_keys import ApiKeyServicer
from services.tenant.servicer.brands import BrandServicer
from services.tenant.servicer.memberships import MembershipServicer
from services.tenant.servicer.sessions import SessionServicer
from services.tenant.servicer.signing_keys import SigningKeyServicer


def build(runtime: Runtime) -> Service:
    """Return the tenant service."""
    return Service(
        name="tenant",
        servicers=(
            ("luneo.tenant.v1.BrandService", BrandServicer(runtime)),
            ("luneo.tenant.v1.ApiKeyService", ApiKeyServicer(runtime)),
            ("luneo.tenant.v1.MembershipService", MembershipServicer(runtime)),
            ("luneo.tenant.v1.SessionService", SessionServicer(runtime)),
            ("luneo.tenant.v1.SigningKeyService", SigningKeyServicer(runtime)),
        ),
    )
