"""luneo.tenant.v1.MembershipService."""

from __future__ import annotations

from dataclasses import replace

from google.protobuf.empty_pb2 import Empty
from luneo.tenant.v1 import membership_pb2, membership_service_pb2

from services.runtime import etags, field_masks, names, validation
from services.runtime.calls import Context, Role
from services.runtime.errors import NotFound
from services.runtime.service import Runtime
from services.tenant import convert, people, store
from services.tenant.domain import Membership, check_keeps_owner, check_may_manage


class MembershipServicer:
    """Manages who belongs to a brand."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages

    def CreateMembership(
        self, request: membership_service_pb2.CreateMembershipRequest, context: Context
    ) -> membership_pb2.Membership:
        role = convert.role_of(request.membership)
        check_may_manage(context.caller.kind, context.caller.role, role)
        now = self._clock.now()
        with self._database.directory() as directory:
            user = people.invited(directory, request.membership.email, now)
        member = Membership(context.brand, names.new_id(), user.user, user.email, role, now)
        with self._database.brand(context.brand) as tx:
            store.add_membership(tx, member)
        return convert.membership_to_proto(member)

    def GetMembership(
        self, request: membership_service_pb2.GetMembershipRequest, context: Context
    ) -> membership_pb2.Membership:
        membership = convert.MEMBERSHIP.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            return convert.membership_to_proto(store.get_membership(tx, context.brand, membership))

    def ListMemberships(
        self, request: membership_service_pb2.ListMembershipsRequest, context: Context
    ) -> membership_service_pb2.ListMembershipsResponse:
        page = self._pages.read(request, context)
        after = page.position[0] if page.position else ""
        with self._database.brand(context.brand) as tx:
            found = store.list_memberships(tx, context.brand, after=after, limit=page.limit)
        shown = page.cut(found, lambda membership: (membership.membership,))
        return membership_service_pb2.ListMembershipsResponse(
            memberships=[convert.membership_to_proto(item) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def UpdateMembership(
        self, request: membership_service_pb2.UpdateMembershipRequest, context: Context
    ) -> membership_pb2.Membership:
        wanted = request.membership
        changes_role = bool(field_masks.read(request.update_mask, wanted, ("role",)))
        membership = convert.MEMBERSHIP.parse_last(
            wanted.name, brand=context.brand, field="membership.name"
        )
        with self._database.brand(context.brand) as tx:
            members = store.lock_memberships(tx, context.brand)
            member = _find(members, membership)
            etags.check(wanted.etag, convert.membership_etag(member))
            role = _declared_role(wanted, member) if changes_role else member.role
            check_may_manage(context.caller.kind, context.caller.role, role, member.role)
            check_keeps_owner(members, membership, role)
            member = replace(member, role=role, version=member.version + 1)
            store.save_membership(tx, member)
        return convert.membership_to_proto(member)

    def DeleteMembership(
        self, request: membership_service_pb2.DeleteMembershipRequest, context: Context
    ) -> Empty:
        membership = convert.MEMBERSHIP.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            members = store.lock_memberships(tx, context.brand)
            member = _find(members, membership)
            etags.check(request.etag, convert.membership_etag(member))
            check_may_manage(context.caller.kind, context.caller.role, member.role)
            check_keeps_owner(members, membership, None)
            store.delete_membership(tx, context.brand, membership)
        return Empty()


def _declared_role(wanted: membership_pb2.Membership, member: Membership) -> Role:
    """Return the role to give, held to the limits that the proto declares for a new membership."""
    changed = convert.membership_to_proto(member)
    changed.role = wanted.role
    parent = names.BRAND.format(brand=member.brand)
    validation.check(
        membership_service_pb2.CreateMembershipRequest(parent=parent, membership=changed)
    )
    return convert.role_of(changed)


def _find(members: list[Membership], membership: str) -> Membership:
    for member in members:
        if member.membership == membership:
            return member
    raise NotFound
