"""A consultation without a person takes nothing that tells who it is, and no ordinary text for such a thing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.contract import identifier_in
from casework.demo.people import check_digit

TELLING = [
    "1994-08-17-9894",
    "1994-08-17 9894",
    "Född 1994-08-17, fyra sista 9894",
    "940817.9894",
    "nr:19940817-9894x",
    "A199408179894",
    "19900101-9802",
    "900101 9802",
    "199001619802",
    "900101-TF12",
    "940817 - 9894",
    "940817\n9894",
    "94 08 17 98 94",
    "1994/08/17 nr 9894",
    "199408179894199408179894",
    "１９９４０８１７9894",
    "1994\u200b0817-9894",
    "17 augusti 1994, sista fyra är 9894",
    "9894 är de fyra sista",
    "070-123 45 67",
    "070.123.45.67",
    "tel0701234567",
    "+46 70 123 45 67",
    "a.b@c.se",
]
ORDINARY = [
    "Möte 2026-11-20 kl. 10.30–12.00",
    "Hyran är 12 500 kr.",
    "Mellan 8 och 16 år.",
    "Den 1 november 2026 kl 09.00, sedan 2027.",
    "2026-11-20–2026-12-01",
    "2026-11-20, 4500 kr",
    "Mellan 01/11 2026 och 05/12 2026, kl 0815-0930",
    "10 100–11 200 kronor i månaden, 1 250 000 000 kr i budget",
    "14 kap. 2 § socialtjänstlagen (2025:400) och 10 kap. 1 § lagen (2009:400)",
    "SFS 1998:1209 och lag (1990:52), 26 kap. 9 a §",
    "Ärende 2026-0147, v. 12 2026",
    "Frågan kom 2026-11-20 och gällde 3 personer.",
]


@pytest.mark.parametrize("text", TELLING)
def test_what_tells_who_somebody_is_is_found(text):
    assert identifier_in(f"Det gäller {text}.")
    assert identifier_in(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text):
    assert identifier_in(text) is None


BORN = st.dates(date(1930, 1, 1), date(2015, 12, 31))
SERIAL = st.integers(980, 989)
WITHIN = st.sampled_from(["", "-", "/", ".", " "])
BETWEEN = st.sampled_from(["", "-", "+", " ", ".", "–", ", ", " - ", ":", "/", "_", "\n", " nr "])
AROUND = st.sampled_from(["", " ", "x", "A", "nr:", "(", ".", "åäö "])


@given(BORN, SERIAL, WITHIN, BETWEEN, AROUND, AROUND, st.booleans(), st.booleans())
def test_a_personal_number_is_found_however_it_is_written(born, serial, within, between, before, after, whole, later):
    nine = f"{born:%y%m%d}{serial}"
    day = born.day + 60 if later else born.day  # coordination numbers
    nine = f"{nine[:4]}{day:02d}{serial}"
    year = f"{born:%Y}" if whole else f"{born:%y}"
    text = f"{year}{within}{born:%m}{within}{day:02d}{between}{serial}{check_digit(nine)}"
    assert identifier_in(f"{before}{text}{after}")


MOMENT = st.builds("{:02d}.{:02d}".format, st.integers(0, 23), st.integers(0, 59))
AMOUNT = st.integers(1, 9_999_999).map(lambda n: f"{n:,}".replace(",", " ") + " kr")
PLAIN_AMOUNT = st.integers(1, 999_999).map(lambda n: f"{n} kronor")
LAW = st.builds("lagen ({}:{})".format, st.integers(1900, 2026), st.integers(1, 1999))
DAY = st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(str)
WORDS = st.sampled_from(["Mötet", "frågan", "gällde stöd", "betalades", "enligt", "och", "därefter"])


@given(st.tuples(WORDS, DAY, WORDS, MOMENT, WORDS, AMOUNT, WORDS, LAW, WORDS, PLAIN_AMOUNT).map(" ".join))
def test_no_day_time_amount_or_law_is_taken_for_a_number(text):
    assert identifier_in(text) is None, text


@given(DAY, st.sampled_from([" ", ", ", " – ", "-"]), st.one_of(AMOUNT, PLAIN_AMOUNT, MOMENT, LAW, DAY))
def test_what_stands_right_after_a_day_is_not_the_end_of_a_number(day, between, after):
    assert identifier_in(f"{day}{between}{after}") is None, f"{day}{between}{after}"
