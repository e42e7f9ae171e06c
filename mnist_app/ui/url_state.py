"""State of a page in its address, so that a teacher can hand out a link.

Streamlit writes the value of a widget with ``bind="query-params"`` into the address under the
widget's key, unless it is the default, and takes it from there when a link is opened. It drops two
kinds of values silently: those that are no option of the widget, and the default, even if the
session has kept another value. `bound` handles both.

What Streamlit writes are the words of an option on the page, in the language of the one who made
the link; `bound` takes those of all languages.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, TypedDict

import streamlit as st

from mnist_app import words
from mnist_app.words import _

_UNKNOWN_KEY: Final = "unknown_in_link"
"""Session-state key of the unknown values: widget key to (value in the address, default)."""
_SAFE_TEXT: Final = re.compile(r"[\w .,%-]{1,40}")
"""Values of an address that a page may repeat. They contain no Markdown."""


class Binding(TypedDict):
    """Keyword arguments for a widget whose value is kept in the address and in the session."""

    key: str
    bind: Literal["query-params"]
    persist_state: Literal["session"]


class OptionBinding(Binding):
    """The same for a widget with a choice of options."""

    format_func: Callable[[Any], str]


def bound(key: str, options: Iterable[object], default: object, noun: str) -> Binding:
    """Return the keyword arguments that bind a widget to the address; see `check_link`."""
    check_link(key, options, default, noun)
    return {"key": key, "bind": "query-params", "persist_state": "session"}


def bound_options(
    key: str,
    options: Iterable[object],
    default: object,
    noun: str,
    label: Callable[[Any], str] = _,
) -> OptionBinding:
    """Return the keyword arguments that bind a choice of translated options to the address.

    ``label`` returns the words of an option in the language of the session.
    """
    check_link(key, options, default, noun, label)
    return {
        "key": key,
        "bind": "query-params",
        "persist_state": "session",
        "format_func": label,
    }


def tab_labels(key: str, names: Iterable[str], noun: str) -> list[str]:
    """Return the translated ``names`` of tabs, of which the address says which one is open.

    See `check_link`. The value of tabs is the label, whose language may change.
    """
    state = st.session_state
    labels = {name: _(name) for name in names}
    known = _options_by_text(tuple(labels), _)
    asked = state.get(key, st.query_params.get(key))
    if asked in known and asked not in labels.values():
        state[key] = labels[str(known[asked])]
    check_link(key, labels.values(), next(iter(labels.values())), noun)
    return list(labels.values())


def check_link(
    key: str,
    options: Iterable[object],
    default: object,
    noun: str,
    label: Callable[[Any], str] | None = None,
) -> None:
    """Warn if the address asks for an unknown value, until the person chooses a value.

    If the address asks for the default, it replaces the value that the session kept from an
    earlier visit. Call it right before the widget with this ``key``. ``options`` are all values of
    the widget, ``default`` is its value if the address has none, ``noun`` names it in the warning:
    "the model", translated in the accusative. ``label`` is that of `bound_options`.
    """
    state = st.session_state
    unknown: dict[str, tuple[str, object]] = state.setdefault(_UNKNOWN_KEY, {})
    in_address = st.query_params.get_all(key)
    known = _options_by_text(tuple(options), label or _in_address)
    asked = known.get(in_address[-1]) if in_address else None
    if in_address and asked == default and key in state:
        state[key] = default
    elif asked is not None and label is not None and label(asked) != in_address[-1]:
        state.setdefault(key, asked)  # Streamlit does not know the words of another language
    wrong = [value for value in in_address if value not in known]
    if wrong and key not in state:  # with the key in the state the address only lags behind
        unknown[key] = (wrong[-1], default)
    elif key in unknown and state.get(key, default) != unknown[key][1]:
        del unknown[key]
    if key in unknown:
        value = unknown[key][0]
        sentence = (
            _("This link asks for {name} “{value}”, which is not known here.")
            if _SAFE_TEXT.fullmatch(value)
            else _("This link asks for {name}, but for a value that is not known here.")
        )
        st.warning(
            f"{sentence.format(name=noun, value=value)} "
            + _("The page shows the usual choice instead."),
            icon=":material/link_off:",
        )


def in_words(value: str) -> str:
    """Return a value of an address with the words of its option in the language of the session.

    ``value`` is an option, such as "Layers", perhaps with a number, as in "Convolution 1". A
    session that has another value already takes no other words (`bound_options`).
    """
    found = re.fullmatch(r"(.*?)( [0-9]+)?", value)
    return f"{_(found[1])}{found[2] or ''}" if found else value


def _options_by_text(options: Sequence[object], label: Callable[[Any], str]) -> dict[str, object]:
    """Return each option by what the address says for it, in every language."""
    known: dict[str, object] = {}
    for code in words.LANGUAGES:
        with words.in_language(code):
            known |= {label(option): option for option in options}
    return known


def _in_address(value: object) -> str:
    """Return a widget's value as Streamlit writes it into the address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_open(fold: str) -> bool:
    """Tell whether the address asks for a fold of this name to be open: ``open=sliders``."""
    return fold in st.query_params.get_all("open")
