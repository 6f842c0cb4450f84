"""Keys are changed on the order of two administrators where a municipality has them, and on exactly that order."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from casework.core import administration, approvals, organisations, passphrase_root, roots
from casework.core.crypto import Effort
from casework.core.errors import NotFound, Refused
from casework.core.installation import Installation
from casework.core.key_operations import orders, rewrapping, rotation
from casework.core.key_operations.orders import ROTATE, Operation
from casework.core.keys import Keyring
from casework.core.models import Approval, AuditEvent, MunicipalityKey
from casework.core.passphrase_root import PassphraseRoot
from casework.core.permissions import OPERATOR
from casework.core.roots import FileRoot, Surroundings
from tests.core.asking import decide
from tests.worlds import KEY_FILE, KUMLA, LAXA, World

SEALED = "file+passphrase"


@pytest.fixture(autouse=True)
def easy(monkeypatch):
    monkeypatch.setattr(passphrase_root, "EFFORT", Effort(memory=64, passes=1, lanes=1))


@pytest.fixture
def both(world) -> Installation:
    """A process that knows the key file and a passphrase."""
    around = Surroundings(world.database.data_dir / KEY_FILE, {}, lambda new: "vinter lykta kanot nio älvar")
    PassphraseRoot.made(around)
    ring = Keyring(roots.opened(("file", SEALED), around))
    return Installation(world.installation.engine, ring, world.installation.registry, world.clock)


def order(world: World, code: str = KUMLA, to: str = "", *, renew: bool = False, granted: bool = True) -> Approval:
    """Have lo order a rotation, or a move, and leo decide."""
    with world.acting("lo", code) as (session, lo):
        asked = orders.order_move(session, lo, to, renew=renew) if to else orders.order_rotation(session, lo)
    decide(world, asked, "leo", granted=granted, code=code)
    return asked


def newest(world: World) -> int:
    with world.session() as session:
        query = select(MunicipalityKey.version).where(MunicipalityKey.purpose == "main")
        return max(session.scalars(query).all())


def under(world: World, code: str = KUMLA) -> set[str]:
    with world.session(code) as session:
        query = select(MunicipalityKey.root).where(MunicipalityKey.purpose == "main")
        return {str(root).rpartition(":")[0] for root in session.scalars(query)}


def ordered(world: World, code: str = KUMLA) -> list[dict[str, object]]:
    """What the record says of the orders that were carried out."""
    with world.session(code) as session:
        query = select(AuditEvent.detail).where(AuditEvent.action == "keys:ordered").order_by(AuditEvent.seq)
        return [json.loads(one) for one in session.scalars(query).all()]


def test_a_rotation_begins_on_the_order_of_two_and_says_on_whose(world):
    with pytest.raises(Refused, match="Två av kommunens administratörer"):
        rotation.rotate(world.installation, KUMLA)
    assert newest(world) == 1 and ordered(world) == []
    asked = order(world)
    assert newest(world) == 1  # approving changes no key: whoever holds the root key does
    assert rotation.rotate(world.installation, KUMLA).version == 2
    (said,) = ordered(world)
    assert (said["operation"], said["approval"], said["digest"]) == (ROTATE, asked.id, asked.digest)


def test_an_order_is_carried_out_once(world):
    order(world)
    rotation.rotate(world.installation, KUMLA)
    with pytest.raises(Refused):
        rotation.rotate(world.installation, KUMLA)
    assert newest(world) == 2


def test_a_rotation_that_was_broken_off_goes_on_without_another_order(world):
    order(world)
    with world.session() as session:
        rotation.begin(session)
    world.clock.move(days=3)
    assert rotation.rotate(world.installation, KUMLA).destroyed == [1]
    assert len(ordered(world)) == 1


@pytest.mark.parametrize("lack", ["waiting", "refused", "late", "elsewhere"])
def test_what_is_no_live_order_of_two_covers_nothing(world, lack):
    if lack == "waiting":
        with world.acting("lo") as (session, lo):
            orders.order_rotation(session, lo)
    else:
        order(world, LAXA if lack == "elsewhere" else KUMLA, granted=lack != "refused")
    world.clock.move(hours=24 if lack == "late" else 0)
    with pytest.raises(Refused):
        rotation.rotate(world.installation, KUMLA)
    assert newest(world) == 1


def test_nobody_orders_alone_or_without_being_an_administrator(world):
    with world.acting("lo") as (session, lo):
        asked = orders.order_rotation(session, lo)
    with pytest.raises(Refused, match="själv"):
        decide(world, asked, "lo")
    for who in ("vilma", "fia", "maja", "greta"):
        with pytest.raises(NotFound):
            decide(world, asked, who)
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            orders.order_rotation(session, actor)
        with pytest.raises(NotFound), world.acting(who) as (session, actor):
            orders.order_move(session, actor, "file")


@pytest.mark.parametrize("how", ["ended", "disabled"])
def test_one_administrator_does_not_come_to_order_alone_by_sending_the_other_away(world, how):
    with world.session() as session:
        posts = [post.id for post in organisations.memberships_of(session, world.account(session, "leo"))]
    with world.acting("lo") as (session, lo):
        if how == "disabled":
            administration.disable(session, lo, world.ids["leo"])
        for post in posts if how == "ended" else ():
            administration.end(session, lo, post)
    with world.session() as session:
        assert orders.takes_two(session)


def test_where_there_are_not_two_administrators_the_operator_acts_alone_and_the_record_says_so(world):
    with world.session() as session:
        for post in organisations.memberships_of(session, world.account(session, "leo")):
            organisations.end_membership(session, OPERATOR, post)
    world.clock.move(days=31)
    with world.session() as session:
        assert not orders.takes_two(session)
    assert rotation.rotate(world.installation, KUMLA).version == 2
    assert [set(one) for one in ordered(world)] == [{"operation", "version"}]


def test_a_move_begins_once_every_municipality_with_two_has_ordered_it_and_in_none_before(world, both):
    order(world, KUMLA, SEALED)
    with pytest.raises(Refused, match=r"\(Laxå\)"):
        rewrapping.rewrap(both, SEALED)
    assert under(world) == {"file"} and ordered(world) == []
    order(world, LAXA, SEALED)
    assert rewrapping.rewrap(both, SEALED).moved == 6
    assert under(world) == under(world, LAXA) == {SEALED}
    assert [one["to"] for one in (*ordered(world), *ordered(world, LAXA))] == ["file-passphrase"] * 2


def test_an_order_covers_the_move_that_was_asked_for_and_no_other(world, both):
    for code in (KUMLA, LAXA):
        order(world, code, "file", renew=True)
    with pytest.raises(Refused):
        rewrapping.rewrap(both, SEALED)
    assert rewrapping.rewrap(both, "file", renew=True).moved == 6
    with pytest.raises(Refused):
        rewrapping.rewrap(both, "file", renew=True)


def test_a_move_that_was_broken_off_goes_on_where_it_had_come_to(world, both):
    for code in (KUMLA, LAXA):
        order(world, code, "file", renew=True)
    target = both.keyring.roots.named("file")
    assert isinstance(target, FileRoot)
    target.renew()
    assert rewrapping._move(both, KUMLA, ("main", 1), target)  # and then it was killed
    assert rewrapping.rewrap(both, "file", renew=True).moved == 5
    assert len(ordered(world)) == 0 and len(ordered(world, LAXA)) == 1


def test_only_a_provider_that_is_here_is_ordered(world):
    for to, renew in (("elsewhere", False), (SEALED, True)):
        with pytest.raises(Refused), world.acting("lo") as (session, lo):
            orders.order_move(session, lo, to, renew=renew)


def test_a_digest_that_does_not_fit_covers_nothing(world, tamper):
    asked = order(world)
    tamper(f"UPDATE approvals SET requester_id = decided_by, decided_by = requester_id WHERE id = '{asked.id}'")
    with world.session() as session:
        assert approvals.granted(session, ROTATE, "main") is None
        assert not orders.is_covered(session, Operation(ROTATE, "municipality", KUMLA))
