"""What identifies a person is found however it is spelled; codes, dates, periods and amounts are left in peace."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from finsam_tracker.core.first_names import FIRST_NAMES
from finsam_tracker.core.identity_guard import Finding, find_identity, looks_like_name
from finsam_tracker.core.period import Period
from participants.codes import CODE_ALPHABET, new_code

BIRTHDAYS = st.dates(date(1915, 1, 1), date(2020, 12, 31))
DAYS = st.dates(date(1994, 1, 1), date(2035, 12, 31))
BETWEEN = st.sampled_from(["", "-", " ", " - ", "–", "−", "\u00a0", "+", " -", "\u200b"])
WITHIN = st.sampled_from(["", "-", " ", ".", "/"])
AROUND = st.sampled_from(["", "Anna ", "pnr:", "(", "\n", "12 ", "tel 5, "])


@st.composite
def numbers(draw: st.DrawFn, *, raised_by: int = 0) -> str:
    """A valid number, in one of the spellings that people and programs use."""
    born, serial = draw(BIRTHDAYS), draw(st.integers(1, 999))
    day = f"{born.day + raised_by:02}"
    digits = f"{born:%y%m}{day}{serial:03}"
    last = f"{serial:03}{luhn.calc_check_digit(digits)}"
    year = draw(st.sampled_from([f"{born:%Y}", f"{born:%y}"]))
    sep = draw(WITHIN)
    spelled = sep.join([year, f"{born:%m}", day]) + draw(BETWEEN) + last
    digits_of = draw(st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"]))
    return (
        draw(AROUND)
        + spelled.translate(str.maketrans("0123456789", digits_of))
        + draw(st.sampled_from(["", ".", " !"]))
    )


@given(numbers())
def test_a_personnummer_is_found_in_any_spelling(text: str):
    assert find_identity(text) == Finding.PERSONNUMMER


@given(numbers(raised_by=60))
def test_a_samordningsnummer_is_found_in_any_spelling(text: str):
    assert find_identity(text) == Finding.SAMORDNINGSNUMMER


def test_a_number_is_found_in_a_list_of_them():
    assert find_identity("K7M-4RX-G\t811218-9876\t2025-01-31") == Finding.PERSONNUMMER
    assert find_identity("8112189876 8112189876") == Finding.PERSONNUMMER


def test_the_check_digit_and_the_date_have_to_be_right():
    assert find_identity("811218-9876") == Finding.PERSONNUMMER
    assert find_identity("811218-9875") is None
    assert find_identity("811318-" + "123" + luhn.calc_check_digit("811318123")) is None
    tomorrow = date.today() + timedelta(days=400)  # noqa: DTZ011
    assert find_identity(f"{tomorrow:%Y%m%d}-123{luhn.calc_check_digit(f'{tomorrow:%y%m%d}123')}") is None


@pytest.mark.parametrize(
    "text",
    [
        "070-123 45 67",
        "0701234567",
        "070 123 45 67",
        "070/1234567",
        "+46701234567",
        "+46 70 123 45 67",
        "+46 (0)70-123 45 67",
        "0046701234567",
        "08-123 456 78",
        "0910-123 45",
        "Ring 070-1234567 efter lunch",
        "tel:0701234567",
        "5 st, 0701234567",
        "070–123 45 67",
    ],
)
def test_a_phone_number_is_found(text: str):
    assert find_identity(text) == Finding.PHONE


@pytest.mark.parametrize("text", ["anna@example.org", "Anna Å <anna.a+x@mail.example.org>", "mejla åsa@exempel.se!"])
def test_an_email_address_is_found(text: str):
    assert find_identity(text) == Finding.EMAIL


@given(st.randoms(use_true_random=False))
def test_a_code_is_no_identity(source: random.Random):
    code = new_code(source)
    for spelling in (code, code.replace("-", ""), code.replace("-", " "), code.lower()):
        assert find_identity(spelling) is None


@given(st.text("23456789", min_size=7, max_size=7))
def test_nor_is_a_code_of_digits_only(digits: str):
    assert set(digits) <= set(CODE_ALPHABET)
    assert find_identity(f"{digits[:3]}-{digits[3:6]}-{digits[6]}") is None
    assert find_identity(digits) is None


@given(DAYS, DAYS)
def test_dates_are_left_in_peace(first: date, last: date):
    one = (
        f"{first:%Y-%m-%d}",
        f"{first:%Y%m%d}",
        f"{first.year}-{first.month}-{first.day}",
        f"{first.day}/{first.month} {first.year}",
        f"{first:%d.%m.%Y}",
        f"{first:%d-%m-%Y}",
        f"{first:%d%m%Y}",
    )
    two = (
        f"{first:%Y-%m-%d}--{last:%Y-%m-%d}",
        f"{first:%Y-%m-%d}-{last:%Y-%m-%d}",
        f"{first:%Y-%m-%d} – {last:%Y-%m-%d}",
        f"{first:%Y%m%d}-{last:%Y%m%d}",
        f"{first:%d/%m-%Y} - {last:%d/%m-%Y}",
        f"{first:%Y-%m-%d}, {last:%Y-%m-%d}",
        f"{first:%Y-%m-%d}\n{last:%Y-%m-%d}",
    )
    for text in (*one, *two):
        assert find_identity(text) is None, text


@given(st.integers(1994, 2035), st.integers(1, 12))
def test_periods_are_left_in_peace(year: int, month: int):
    quarter = (month + 2) // 3
    for period in (Period.year(year), Period.half(year, 1), Period.quarter(year, quarter), Period.month(year, month)):
        assert find_identity(f"{period.key} {period.label}") is None


@given(st.integers(0, 999_999_999))
def test_amounts_are_left_in_peace(amount: int):
    grouped = f"{amount:,}"
    for text in (
        f"{amount}",
        f"{amount} kr",
        f"{grouped.replace(',', ' ')} kr",
        f"{grouped.replace(',', chr(0x202F))} kr",
        f"{amount},50",
        f"{amount}.25",
        f"−{amount}",
    ):
        assert find_identity(text) is None, text


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_asked_about(text: str):
    find_identity(text)


def test_a_very_long_text_is_read_in_no_time():
    for piece in ("1", "0 ", "070-", "a.", "80-01-01 ", "x@"):
        find_identity(piece * 50_000)


@pytest.mark.parametrize("finding", list(Finding))
def test_each_finding_tells_what_to_do_without_repeating_it(finding: Finding):
    assert finding.sentence.endswith("Texten är borttagen och inte sparad.")
    assert "aldrig" in finding.sentence


@pytest.mark.parametrize(
    "text",
    [
        "8112 18-98 76",
        "8 1 1 2 1 8 9 8 7 6",
        "811 218 9876",
        "19 8112189876",
        "1981 121898-76",
        "81_12_18_98_76",
        "81.12.18.98.76",
    ],
)
def test_a_number_cut_in_odd_places_is_found(text: str):
    assert find_identity(text) == Finding.PERSONNUMMER
    assert find_identity(f"hon heter {text}, tror jag") == Finding.PERSONNUMMER


@pytest.mark.parametrize(
    "text", ["8112 18-98 75", "8112 18-98 7", "8112 18-98 761", "2025-01 2025-06", "12, 18, 98, 76, 81"]
)
def test_other_digits_in_odd_places_are_left_in_peace(text: str):
    assert find_identity(text) is None


@pytest.mark.parametrize("text", ["Anna ringde", "fel, sa Mohammed", "fru Gustavsson", "Åsa", "byt till Erik."])
def test_what_may_be_a_name_is_noticed(text: str):
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fel datum",
        "Fel val i listan",
        "bo hemma",
        "per månad",
        "Steget 3",
        "FEL KÖN",
        "Arbetsförmedlingen",
        "Ekby kommun",
        "sson",
    ],
)
def test_plain_words_are_no_name(text: str):
    assert not looks_like_name(text)


def test_the_list_of_names_is_short_and_spelled_as_names():
    assert len(FIRST_NAMES) <= 200
    assert all(name.istitle() for name in FIRST_NAMES)
