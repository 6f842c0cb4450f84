"""What was sent: one way to be bytes, one digest, sealed for the case and for its recipient apart."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core import access, frozen, keys
from casework.core.actions import Action
from casework.core.errors import Broken, Destroyed
from casework.core.frozen import Frozen, Part, Spot
from casework.core.permissions import Permission
from casework.core.vault import StillSealed

CONTENT = Frozen((Part("Personen", "Namn", "Tove Testsson"), Part("", "Hälsa", "«äö»\n\tandra raden")))
SPOT = Spot("disclosures", "row", "content")
words = st.text(st.characters(exclude_categories=["Cs"]))
contents = st.lists(st.builds(Part, words, words, words)).map(lambda parts: Frozen(tuple(parts)))


def as_recipient(session, actor, case):
    may, action = Permission.SHARED_READ, Action.SHARED_READ
    return access.of_received(session, actor, may, action, "disclosure", "row", case, CONTENT.digest)


@given(contents, contents)
def test_the_same_parts_are_the_same_bytes_and_others_are_others(one, other):
    assert Frozen.read(one.as_bytes(), one.digest) == one
    assert (one == other) == (one.as_bytes() == other.as_bytes()) == (one.digest == other.digest)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"format":"frozen/1"}',
        b'{"format":"frozen/1","parts":[["a","b"]]}',
        b'{"format":"frozen/2","parts":[]}',
        b'{"format":"frozen/1", "parts":[]}',
        b'{"parts":[],"format":"frozen/1"}',
    ],
)
def test_what_is_written_in_another_way_is_not_read_even_with_its_own_digest(raw):
    with pytest.raises(Broken):
        Frozen.read(raw, hashlib.sha256(raw).hexdigest())


def test_bytes_that_the_digest_is_not_of_are_not_read():
    with pytest.raises(Broken, match="not what was sent"):
        Frozen.read(CONTENT.as_bytes().replace(b"Tove", b"Nils"), CONTENT.digest)


def test_nothing_of_it_is_seen_in_a_report():
    assert repr(CONTENT) == "<frozen>"


def test_each_side_opens_its_own_and_nothing_of_the_others(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        kept = frozen.seal_for_case(session, case, SPOT, CONTENT)
        sent = frozen.seal_for_recipient(session, "police", SPOT, CONTENT)
        _case, of_case = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        of_sent = as_recipient(session, maja, case)
        assert frozen.open_of_case(of_case, case, SPOT, kept, CONTENT.digest) == CONTENT
        assert frozen.open_as_recipient(of_sent, "police", SPOT, sent, CONTENT.digest) == CONTENT
        with pytest.raises(StillSealed):
            frozen.open_as_recipient(of_case, "police", SPOT, sent, CONTENT.digest)
        with pytest.raises(StillSealed):
            frozen.open_of_case(of_sent, case, SPOT, kept, CONTENT.digest)
        with pytest.raises(StillSealed):
            frozen.open_as_recipient(of_sent, "police", SPOT._replace(row="another"), sent, CONTENT.digest)
        for recipient, spot in (("school", SPOT), ("police", SPOT._replace(column="other"))):
            with pytest.raises(Broken):
                frozen.open_as_recipient(of_sent, recipient, spot, sent, CONTENT.digest)


def test_the_cases_copy_goes_with_its_key_and_the_recipients_does_not(world):
    case = world.case()
    with world.acting("maja") as (session, maja):
        kept = frozen.seal_for_case(session, case, SPOT, CONTENT)
        sent = frozen.seal_for_recipient(session, "police", SPOT, CONTENT)
        _case, of_case = access.of_case(session, maja, Permission.CASE_READ, case, Action.CASE_OPENED)
        keys.of(session).destroy_case(session, case)
        with pytest.raises(Destroyed):
            frozen.open_of_case(of_case, case, SPOT, kept, CONTENT.digest)
        of_sent = as_recipient(session, maja, case)
        assert frozen.open_as_recipient(of_sent, "police", SPOT, sent, CONTENT.digest) == CONTENT
