"""Addresses under which a class is opened, and whether other devices can open them."""

import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config

_THIS_COMPUTER: Final = ("localhost", "127.0.0.1", "::1")
_NO_NAMES: Final = ("", "0.0.0.0", "::")  # noqa: S104 (compared, not bound)


@dataclass(frozen=True)
class Reach:
    """``base`` is the address of the page Class; ``is_open`` whether other devices reach it."""

    base: str
    is_open: bool

    def link(self, name: str, value: str) -> str:
        """Return the address of the page with one parameter."""
        return f"{self.base}?{name}={value}"


def page_url() -> str:
    """Return the address of the page that this session has open."""
    return st.context.url or "http://localhost/class"


def reach() -> Reach:
    """Return under which address pupils open the page that this session has open."""
    return reach_of(
        page_url(),
        str(config.get_option("server.address") or ""),
        str(config.get_option("browser.serverAddress") or ""),
    )


def reach_of(url: str, listens_at: str, announced: str) -> Reach:
    """Return under which address pupils open the page that the teacher has open at ``url``.

    ``listens_at`` and ``announced`` are the options ``server.address`` and
    ``browser.serverAddress``. A teacher at the computer itself has opened "localhost", which on a
    phone is the phone: then the announced name counts.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    is_here = host in _THIS_COMPUTER
    if is_here and announced.lower() not in (*_THIS_COMPUTER, *_NO_NAMES):
        host = announced
    name = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    listens = not is_here or listens_at.lower() not in _THIS_COMPUTER
    is_open = host not in _THIS_COMPUTER and listens
    return Reach(f"{parts.scheme}://{name}{port}{parts.path}", is_open)


def is_secure(url: str) -> bool:
    """Tell whether browsers give the page at ``url`` the camera: it is a secure context.

    That is https, and this computer itself (W3C Secure Contexts, section 3.1).
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    is_here = host in _THIS_COMPUTER or host.startswith("127.") or host.endswith(".localhost")
    return parts.scheme == "https" or is_here


def address_in_network() -> str | None:
    """Return this computer's address in its network, None if it has none.

    The system says from which address it would send to another network. Connecting a UDP socket
    sends nothing, and nobody is asked; 192.0.2.1 is nobody's (RFC 5737).
    """
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.connect(("192.0.2.1", 9))
            found = str(end.getsockname()[0])
    except OSError:
        return None
    return None if found.startswith("127.") or found in _NO_NAMES else found
