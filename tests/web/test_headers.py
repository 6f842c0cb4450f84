"""Every answer carries the same headers, and what changes something must come from our own pages."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest

import casework.web
from casework.web import headers

PAGES = ["/", "/logga-in", "/hem", "/finns-inte", "/prov/fel", "/prov/loggfel", "/healthz", "/prov/anteckning"]
EXACT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-to csp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Reporting-Endpoints": 'csp="/csp-rapport"',
    "Permissions-Policy": "accelerometer=(), browsing-topics=(), camera=(), clipboard-read=(), display-capture=(), "
    "geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), "
    "serial=(), usb=(), xr-spatial-tracking=(), publickey-credentials-create=(self), publickey-credentials-get=(self)",
    "X-Robots-Tag": "noindex, noarchive",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_exact_headers(maja, path):
    answer = maja.get(path)
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT
    assert "Server" not in answer.headers


def test_a_failing_form_has_them_too(maja):
    answer = maja.post("/prov/anteckning", {"heading": "sprängs"})
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT


def test_over_tls_the_cookie_is_bound_to_the_host_and_https_is_kept(settings, installation):
    app = casework.web.create_app(replace(settings, demo=False), installation)
    answer = app.test_client().get("/logga-in", base_url="https://localhost")
    assert re.match(
        r"__Host-session=[\w-]{43}; Secure; HttpOnly; Path=/; SameSite=Strict$", answer.headers["Set-Cookie"]
    )
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert "Övningsmiljö" not in answer.text


def test_the_demo_says_that_it_is_one_and_keeps_nobody_on_https(visitor):
    answer = visitor.get("/logga-in")
    assert "Övningsmiljö. Alla personer är påhittade." in answer.text
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://ond.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(maja, sent):
    assert maja.post("/prov/anteckning", {"heading": "x"}, headers=sent).status_code == 400


@pytest.mark.parametrize("sent", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_a_form_from_our_own_page_is_taken_in(maja, sent):
    assert maja.post("/prov/anteckning", {"heading": "x"}, headers=sent).status_code == 303


def test_stylesheet_script_and_icon_are_kept_for_a_year_under_a_name_that_changes(visitor):
    page = visitor.get("/logga-in").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    names = {address.rsplit("/", 1)[1] for address in addresses}
    assert names == {"app.js", "ikon.svg", "passkey.js", "style.css"}
    for address in addresses:
        assert re.match(r"/static/[0-9a-f]{12}/[\w.]+$", address)
        answer = visitor.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        small = visitor.get(address, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(small.data) == answer.data
        assert len(small.data) < len(answer.data)


def test_another_digest_is_no_address(visitor):
    assert visitor.get("/static/000000000000/style.css").status_code == 404


def test_pages_are_not_compressed(maja):
    assert "Content-Encoding" not in maja.get("/hem", headers={"Accept-Encoding": "gzip"}).headers


def test_a_page_asks_for_nothing_inline(maja):
    for path in ("/logga-in", "/hem", "/installningar", "/prov/anteckning", "/finns-inte"):
        page = maja.get(path).text
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page), path
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)", page), path


def test_too_large_a_form_is_turned_away(maja):
    answer = maja.post("/prov/anteckning", {"heading": "x", "text": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413


def test_the_list_of_headers_is_the_one_this_test_knows():
    assert set(headers.HEADERS) | {"Cache-Control"} == set(EXACT)


def every_answer(browser, app):
    """Each route, read and sent to, by somebody signed in and by a stranger; and each kind of error."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            arguments = dict.fromkeys(rule.arguments, "x")
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                path = adapter.build(rule.endpoint, arguments, method=method)
                yield path, browser.client.open(path, method=method)
    for path in ("/finns-inte", "/prov/fel", "/prov/loggfel", "/prov/saknas", "/arenden/", "//", "/%00"):
        yield path, browser.get(path)
    yield "TRACE", browser.client.open("/hem", method="TRACE")
    yield "OPTIONS", browser.client.open("/hem", method="OPTIONS")
    yield "foreign", browser.client.post("/logga-in", headers={"Origin": "https://ond.example"})


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "stranger"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_route_error_and_redirect_has_the_exact_headers(maja, new_visitor, app, signed_in):
    seen = set()
    for path, answer in every_answer(maja if signed_in else new_visitor(), app):
        assert {name: answer.headers.get(name) for name in EXACT} == EXACT, path
        assert not {"Server", "X-Powered-By"} & set(answer.headers.keys()), path
        seen.add(answer.status_code)
    assert {303, 400, 404} <= seen and (not signed_in or {200, 500, 503} <= seen)


def test_a_static_file_differs_in_how_long_it_is_kept_and_in_nothing_else(visitor):
    (address, *_more) = re.findall(r'href="(/static/[^"]+)"', visitor.get("/logga-in").text)
    answer = visitor.get(address)
    kept = EXACT | {"Cache-Control": "public, max-age=31536000, immutable"}
    assert {name: answer.headers.get(name) for name in EXACT} == kept


def test_over_tls_every_answer_keeps_the_browser_on_https(new_strict, strict):
    for path, answer in every_answer(new_strict(), strict):
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains", path


def test_a_report_of_the_content_policy_is_reduced_to_names(maja, new_visitor, caplog):
    report = [
        {"body": {"effectiveDirective": "script-src-elem", "documentURL": "http://localhost/installningar?x=Gösta"}},
        {
            "body": {
                "effectiveDirective": "Gösta Exempelsson",
                "documentURL": "http://localhost/Gösta",
                "sample": "Gösta",
            }
        },
        {"body": "Gösta"},
        "Gösta",
    ]
    for browser, lines in ((new_visitor(), 0), (maja, 2)):
        caplog.clear()
        assert browser.client.post("/csp-rapport", json=report).status_code == 204
        assert browser.client.post("/csp-rapport", data=b"{").status_code == 204
        said = [record.getMessage() for record in caplog.records if "csp_violation" in record.getMessage()]
        assert len(said) == lines
    assert said == ["csp_violation script-src-elem own.settings", "csp_violation - -"]
