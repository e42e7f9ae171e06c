"""Codes that pupils type, secrets that links carry, and the brake on guessing codes."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

from mnist_app.errors import TooManyTriesError

ALPHABET: Final = "234679CDFGHJKMNPQRTVWXY"
"""Characters of a code. Missing are those that are taken for another (0 and O, 1, I and L, 2 and Z,
5 and S, 8 and B, U and V) and the other vowels, so that no code spells a word."""
CODE_LENGTH: Final = 6
"""Characters of a code: 23**6 is 148 million. At one wrong code per second, guessing the code of
one of ten classes takes half a year."""
SECRET_BYTES: Final = 16
"""Random bytes of a secret: 128 bits, which nobody guesses."""

VISITOR_TRIES: Final = 20
"""Wrong codes of one visitor that are answered at once: a class behind one address mistypes."""
VISITOR_SECONDS: Final = 5.0
"""Seconds after which one more wrong code of a visitor is answered."""
ALL_TRIES: Final = 60
"""Wrong codes of all visitors that are answered at once."""
ALL_SECONDS: Final = 1.0
"""Seconds after which one more wrong code of all visitors is answered."""


def new_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def typed_code(text: str) -> str | None:
    """Return the code that a person typed, None if ``text`` cannot be one.

    Spaces, hyphens and lower case do not matter.
    """
    code = text.upper().replace(" ", "").replace("-", "")
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def new_secret() -> str:
    """Return a random secret as 22 characters of a link."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """Return the SHA-256 of ``secret`` in hexadecimal digits, the only trace of it in the store.

    A slow hash, as of passwords, would serve nothing: 2**128 secrets cannot be tried with a fast
    one either. Secrets are found by their hash, so the time that a database takes to compare
    depends on hashes alone, which nobody can steer: it tells nothing about a secret.
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class GuessLimiter:
    """Slows down wrong codes, per visitor and over all. One for a process; threads may share it.

    When all visitors together have tried too often, only those who have tried wrong codes wait:
    nobody can lock a class out by guessing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._paid_at: dict[str, float] = {}
        """When the wrong codes of each visitor will be forgotten (generic cell rate algorithm)."""
        self._all_paid_at = 0.0

    def charge(self, visitor: str) -> None:
        """Count a try of ``visitor`` before its code is looked up.

        Raises `TooManyTriesError`, and counts nothing, if there were too many.
        """
        with self._lock:
            now = self._clock()
            self._paid_at = {who: paid for who, paid in self._paid_at.items() if paid > now}
            paid, all_paid = self._paid_at.get(visitor, now), max(now, self._all_paid_at)
            wait = paid - now - (VISITOR_TRIES - 1) * VISITOR_SECONDS
            if visitor in self._paid_at:
                wait = max(wait, all_paid - now - (ALL_TRIES - 1) * ALL_SECONDS)
            if wait > 0:
                raise TooManyTriesError(
                    "Too many wrong codes. Wait {seconds} seconds, then type the code again.",
                    seconds=int(wait) + 1,
                )
            self._paid_at[visitor] = paid + VISITOR_SECONDS
            self._all_paid_at = all_paid + ALL_SECONDS

    def refund(self, visitor: str) -> None:
        """Take back the try of ``visitor``: its code was right."""
        with self._lock:
            self._paid_at[visitor] = self._paid_at.get(visitor, 0.0) - VISITOR_SECONDS
            self._all_paid_at -= ALL_SECONDS
