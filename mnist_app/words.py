"""The language of texts: every text that a page shows is written as ``_("English text")``.

The English text is the key of the catalogues ``locale/<language>/LC_MESSAGES/mnist_app.po``, which
``scripts/translate`` extracts, updates and compiles with Babel; gettext reads the compiled ones.
Write whole sentences with named placeholders, `_("{right} of {all} right").format(...)`, never put
together from parts, whose order and endings differ between languages. Constants of modules are
translated where they are shown (`mark`), so that no language is kept from the one who came
first; functions whose results all sessions share return no translated texts.

The language is that of the session whose script runs in this thread (`follow`). Everywhere else, on
the command line and in child processes, it is English. Errors keep their English message and
translate it when they become text, `mnist_app.errors`.
"""

import functools
import gettext
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

_Made = TypeVar("_Made")

DOMAIN: Final = "mnist_app"
LOCALE: Final = Path(__file__).with_name("locale")
ENGLISH: Final = "en"


@dataclass(frozen=True)
class Notation:
    """How a language writes numbers, and dates in a field: Streamlit's ``format``."""

    decimal_mark: str
    thousands_mark: str
    date_field: str


LANGUAGES: Final = {
    ENGLISH: Notation(".", ",", "YYYY-MM-DD"),
    "de": Notation(",", ".", "DD.MM.YYYY"),
}
"""By ISO 639 code, the default one first. Babel's data are the oracle of the tests."""

_language: ContextVar[str | None] = ContextVar("language", default=None)
"""The language of this thread, None until the first text."""
_source: Callable[[], str] = lambda: ENGLISH  # noqa: E731


def follow(source: Callable[[], str]) -> None:
    """Have ``source`` tell the language of a thread at its first text: a code of `LANGUAGES`."""
    global _source  # noqa: PLW0603 (one for the process)
    _source = source


def start_run() -> None:
    """Ask for the language of this thread anew: it may have changed since the last run."""
    _language.set(_source())


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Write all texts of this thread in the language ``code`` within the context."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """Return the code of the language of this thread, a key of `LANGUAGES`."""
    code = _language.get()
    if code is None:
        code = _source()
        _language.set(code)
    return code


@functools.cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Return the translations to the language ``code``; English needs none."""
    if code == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, [code])


def _(message: str) -> str:
    """Return the English ``message`` in the language of this thread."""
    return catalogue(language()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the English ``singular`` or ``plural``, as fits ``count``, in this language."""
    return catalogue(language()).ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """Return ``message`` in this language, for words whose translation depends on ``context``."""
    return catalogue(language()).pgettext(context, message)


def by_language(make: Callable[[], _Made]) -> Callable[[], _Made]:
    """Decorate a function without arguments that is called once for each language."""

    @functools.cache
    def made(_code: str) -> _Made:
        return make()

    return functools.wraps(make)(lambda: made(language()))


class MarkedText(str):
    """An English text that has translations."""

    __slots__ = ()


def mark(message: str) -> MarkedText:
    """Return ``message`` as it is, and have it extracted: `_` translates it later."""
    return MarkedText(message)


MONTHS: Final = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)


def number(value: float, decimals: int = 0) -> str:
    """Return ``value`` as this language writes it: 1,234.5 or 1.234,5."""
    notation = LANGUAGES[language()]
    marks = str.maketrans({",": notation.thousands_mark, ".": notation.decimal_mark})
    return f"{value:,.{decimals}f}".translate(marks)


def per_cent(share: float, decimals: int = 0) -> str:
    """Return a share from 0 to 1 in per cent: 98.4 %."""
    return f"{number(100 * share, decimals)} %"


def day(value: date) -> str:
    """Return a date as this language writes it, with the month's name: "5 March 2026"."""
    month = _(MONTHS[value.month - 1])
    # Translators: a date such as 5 March 2026.
    return _("{day} {month} {year}").format(day=value.day, month=month, year=value.year)


def both(parts: Sequence[str]) -> str:
    """Return ``parts``, at least one, as a list in words: "1, 2 and 3"."""
    if len(parts) == 1:
        return parts[0]
    # Translators: the end of a list, such as "1, 2 and 3".
    return _("{several} and {last}").format(several=", ".join(parts[:-1]), last=parts[-1])


def either(parts: Sequence[str]) -> str:
    """Return ``parts``, at least one, as alternatives in words: "1, 2 or 3"."""
    if len(parts) == 1:
        return parts[0]
    # Translators: the end of a list of alternatives, such as "1, 2 or 3".
    return _("{several} or {last}").format(several=", ".join(parts[:-1]), last=parts[-1])
