"""Letters through a real mail server: one sentence, one address, encrypted, and a command that names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.core import clock, mail_addresses, mail_server, notices
from casework.core.models import Account, Notice
from tests import mail
from tests.web.ways import account_of

ORIGIN = "https://hallpunkt.example.se"
SENDER = "hallpunkt@kumla.example"
TO = "maja.testlind@kumla.example"
SENTENCE = "Du har något att läsa i Hållpunkt"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def told(casework):
    """Maja Testlind has an address and something to read since two hours ago, in a municipality and in none."""
    with casework.installation() as installation:
        earlier = replace(installation, clock=lambda: clock.system() - timedelta(hours=2))
        with earlier.session(None) as session:
            maja = account_of(session, "maja.testlind").id
            mail_addresses.choose(session, maja, TO)
        for code, kind in (("1881", "approval_decided"), ("1881", "registration_waits"), (None, "sign_in_tried")):
            with earlier.session(code) as session:
                notices.tell(session, maja, kind)
    return casework


@pytest.fixture
def box():
    """A mail server on this machine, in the clear; and how it is chosen."""
    with mail.server() as (found, port):
        yield found, chosen(f"smtp://127.0.0.1:{port}")


def chosen(address, **more):
    return {"CASEWORK_SMTP": address, "CASEWORK_MAIL_FROM": SENDER, "CASEWORK_ORIGIN": ORIGIN, **more}


def send(casework, surroundings, code=0):
    result = casework("notices", "send", code=code, **surroundings)
    assert "maja" not in result.output and "kumla" not in result.output.casefold().replace(SENDER, "")
    return result


def test_a_letter_says_one_sentence_and_the_address_of_the_start_page_and_nothing_else(told, box):
    found, surroundings = box
    assert send(told, surroundings).stdout == "1 brev är skickat.\n"
    (letter,) = found.letters
    assert found.to == [TO] and letter["To"] == TO and letter["From"] == SENDER
    assert letter["Subject"] == SENTENCE
    assert letter.get_content().split("\r\n") == [f"{SENTENCE}.", "", f"{ORIGIN}/", ""]
    ours = {name.lower() for name in letter if not name.startswith("X-")}  # the server's own begin so
    assert ours == {
        "auto-submitted", "content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version",
        "subject", "to",
    }  # fmt: skip
    with told.installation() as installation, installation.session(None) as session:
        ids = [*session.scalars(select(Account.id)), *session.scalars(select(Notice.id))]
    raw = found.raw[0].decode("ascii")
    assert [one for one in (*ids, *notices.KINDS, "1881", "Kumla", "Testlind") if one in raw] == []


def test_all_letters_are_alike_but_for_the_reader_and_the_name(told, box):
    found, surroundings = box
    with told.installation() as installation:
        earlier = replace(installation, clock=lambda: clock.system() - timedelta(hours=2))
        with earlier.session(None) as session:
            hedda = account_of(session, "hedda.mallstrom").id
            mail_addresses.choose(session, hedda, "hedda.mallstrom@kumla.example")
            notices.tell(session, hedda, "sign_in_changed")
    send(told, surroundings)
    one, other = found.letters
    for letter in (one, other):
        del letter["To"], letter["Message-ID"], letter["X-RcptTo"]
    assert one["Date"] is not None and {name: one[name] for name in one} == {name: other[name] for name in other}
    assert one.get_content() == other.get_content()


@ON_SQLITE
def test_what_is_sent_is_not_sent_again(told, box):
    found, surroundings = box
    send(told, surroundings)
    assert send(told, surroundings).stdout == "0 brev är skickade.\n"
    assert len(found.raw) == 1


@ON_SQLITE
def test_a_letter_the_server_does_not_take_in_stays_to_be_sent(told, box, monkeypatch):
    found, surroundings = box
    found.refusing = "451 maja.testlind@kumla.example is busy"
    assert "tog inte emot 1 brev" in send(told, surroundings, code=1).stderr
    found.refusing = None
    later = clock.system() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "system", lambda: later)
    assert send(told, surroundings).stdout == "1 brev är skickat.\n"


@ON_SQLITE
def test_whoever_is_stopped_between_the_server_and_the_note_sends_the_same_letter_again(told, box, monkeypatch):
    found, surroundings = box
    began = (clock.system() + timedelta(hours=1)).replace(minute=5)  # both in one hour, and after posts were given
    monkeypatch.setattr(clock, "system", lambda: began)
    with monkeypatch.context() as stopped:
        stopped.setattr("casework.core.outbox.note_sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        told("notices", "send", code=1, **surroundings)
    monkeypatch.setattr(clock, "system", lambda: began + timedelta(minutes=11))
    send(told, surroundings)
    assert len(found.raw) == 2 and found.raw[0] == found.raw[1]


@ON_SQLITE
def test_over_a_network_nothing_is_sent_in_the_clear(told):
    with mail.server() as (found, port):
        assert "krypterar inte" in send(told, chosen(f"smtp://{mail.ELSEWHERE}:{port}"), code=1).stderr
    assert found.raw == []


@ON_SQLITE
def test_over_a_network_the_letter_goes_encrypted_to_the_server_that_was_meant(told, tmp_path):
    authority, context = mail.certificate(tmp_path)
    with mail.server(context=context) as (found, port):
        address = f"smtp://{mail.ELSEWHERE}:{port}"
        assert "certifikat" in send(told, chosen(address), code=1).stderr
        assert found.raw == []
        send(told, chosen(address, CASEWORK_SMTP_CA=str(authority)))
    assert found.encrypted == [True]


@ON_SQLITE
def test_a_server_that_wants_a_password_gets_it_from_a_file_and_only_encrypted(told, tmp_path):
    authority, context = mail.certificate(tmp_path)
    password = tmp_path / "password"
    password.write_text(f"{mail.PASSWORD}\n")
    password.chmod(0o600)
    more = {"CASEWORK_SMTP_CA": str(authority), "CASEWORK_SMTP_PASSWORD_FILE": str(password)}
    with mail.server(context=context, login=True) as (found, port):
        address = f"smtp://{mail.USER}@{mail.ELSEWHERE}:{port}"
        password.write_text("fel")
        refused = send(told, chosen(address, **more), code=1)
        assert "tar inte emot inloggningen" in refused.stderr and "fel" not in refused.stderr.removeprefix("Fel")
        password.write_text(f"{mail.PASSWORD}\n")
        send(told, chosen(address, **more))
        assert found.encrypted == [True]
        password.chmod(0o644)
        assert "CASEWORK_SMTP_PASSWORD_FILE" in send(told, chosen(address, **more), code=1).stderr


@ON_SQLITE
def test_a_server_that_is_encrypted_from_the_first_byte_is_asked_so(told, tmp_path):
    authority, context = mail.certificate(tmp_path)
    with mail.server(context=context, implicit=True) as (found, port):
        address = f"smtps://127.0.0.1:{port}"
        assert "certifikat" in send(told, chosen(address), code=1).stderr
        send(told, chosen(address, CASEWORK_SMTP_CA=str(authority)))
    assert len(found.raw) == 1


@ON_SQLITE
def test_a_server_that_does_not_answer_is_said_without_a_word_of_it(told):
    assert "svarar inte" in send(told, chosen("smtp://127.0.0.1:9"), code=1).stderr


@ON_SQLITE
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"CASEWORK_SMTP": ""}, "CASEWORK_SMTP"),
        ({"CASEWORK_SMTP": "none"}, "CASEWORK_SMTP"),
        ({"CASEWORK_SMTP": "http://127.0.0.1"}, "CASEWORK_SMTP"),
        ({"CASEWORK_SMTP": "smtp://127.0.0.1:x"}, "CASEWORK_SMTP"),
        ({"CASEWORK_SMTP": "smtp://u:p@127.0.0.1"}, "CASEWORK_SMTP"),
        ({"CASEWORK_SMTP": "smtp://u@127.0.0.1"}, "CASEWORK_SMTP_PASSWORD_FILE"),
        ({"CASEWORK_SMTP_CA": "/nonexistent"}, "CASEWORK_SMTP_CA"),
        ({"CASEWORK_MAIL_FROM": ""}, "CASEWORK_MAIL_FROM"),
        ({"CASEWORK_MAIL_FROM": "a b@c.se"}, "CASEWORK_MAIL_FROM"),
        ({"CASEWORK_MAIL_EVERY": "5"}, "CASEWORK_MAIL_EVERY"),
        ({"CASEWORK_MAIL_EVERY": "ofta"}, "CASEWORK_MAIL_EVERY"),
        ({"CASEWORK_ORIGIN": ""}, "CASEWORK_ORIGIN"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(told, changed, named):
    assert named in send(told, chosen("smtp://127.0.0.1") | changed, code=1).stderr


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.1", False), ("10.0.0.1", False)]
)
def test_only_this_machine_itself_may_be_sent_to_in_the_clear(host, here):
    assert mail_server.is_loopback(host) is here
