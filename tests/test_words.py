"""Texts, numbers and dates are in the language of the thread that shows them."""

import pickle
import subprocess
import sys
import threading
from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from mnist_app import words
from mnist_app.errors import InvalidImageError
from tests.ui.page_runner import ROOT

TITLE = "Draw a digit"


@pytest.mark.parametrize("code", words.LANGUAGES)
@pytest.mark.parametrize("value", [0, 7, 98.4, 1234.5, 1234567, -0.25])
def test_numbers_are_written_as_babel_s_locale_data_say(code, value):
    with words.in_language(code):
        for decimals in (0, 1, 2):
            pattern = "#,##0" + (f".{'0' * decimals}" if decimals else "")
            assert words.number(value, decimals) == format_decimal(value, pattern, locale=code)
        assert words.per_cent(value / 100, 1) == f"{words.number(value, 1)} %"


@pytest.mark.parametrize("month", range(1, 13))
def test_dates_are_written_as_babel_s_locale_data_say(month):
    day = date(2026, month, 9)
    assert words.day(day) == format_date(day, "d MMMM y", locale="en")
    with words.in_language("de"):
        assert words.day(day) == format_date(day, "long", locale="de")


def test_lists_end_with_and_or_or():
    assert words.both(["1"]) == words.either(["1"]) == "1"
    assert words.both(["1", "2", "3"]) == "1, 2 and 3"
    assert words.either(["1", "2"]) == "1 or 2"
    with words.in_language("de"):
        assert words.both(["1", "2", "3"]) == "1, 2 und 3"
        assert words.either(["1", "2"]) == "1 oder 2"


@pytest.mark.parametrize("code", words.LANGUAGES)
def test_every_language_but_english_has_a_catalogue_and_is_a_language(code):
    assert Locale.parse(code).language == code
    with words.in_language(code):
        assert (words._(TITLE) == TITLE) == (code == words.ENGLISH)


def test_threads_speak_their_own_language_and_english_without_one():
    said = {}

    def speak(code):
        with words.in_language(code):
            ready.wait(10)
            said[code] = words._(TITLE)

    ready = threading.Barrier(2)
    threads = [threading.Thread(target=speak, args=(code,)) for code in ("en", "de")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert said == {"en": TITLE, "de": words.catalogue("de").gettext(TITLE)}
    assert said["en"] != said["de"]
    assert words._(TITLE) == TITLE


def test_an_error_of_another_process_is_read_in_the_reader_s_language(monkeypatch):
    message = "{count} pictures are too many."
    german = words.catalogue("de")
    monkeypatch.setattr(
        german, "gettext", {message: "{count} Bilder sind zu viele."}.__getitem__, raising=True
    )
    error = pickle.loads(pickle.dumps(InvalidImageError(message, count=3)))
    assert str(error) == "3 pictures are too many."
    with words.in_language("de"):
        assert str(error) == "3 Bilder sind zu viele."


def test_an_error_without_values_keeps_its_braces():
    assert str(InvalidImageError("{}")) == "{}"
    assert str(InvalidImageError()) == ""


def test_the_command_line_needs_no_babel():
    code = "import sys, mnist_app.words, mnist_app.__main__; assert 'babel' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
