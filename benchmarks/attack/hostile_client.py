"""A hostile client: where it sends from, and how it counts what becomes of its attempts."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from benchmarks.app_session import Session, SessionError
from benchmarks.attack.attack_report import AttackTally, Outcome
from benchmarks.raw_connection import RawConnection

ANSWER_LIMIT = 60.0
"""Seconds within which a session of an attacker must be answered."""
UNEXPECTED = "Something went wrong"
"""What the app's pages write about an exception other than their own."""
_INTERNAL_ERROR = 1011
"""Code with which a websocket is closed after an error inside the server, or for no pong."""

Attempt = Callable[["HostileClient"], Awaitable[Outcome]]


class AttackError(Exception):
    """The app did what it must not do."""


@dataclass
class HostileClient:
    """One attacker of the server at ``url``, from the local address ``sender``.

    ``slack`` is the factor by which the limits of the library's processor time are wider.
    """

    url: str
    sender: str | None
    rng: random.Random
    slack: float = 1.0
    tally: AttackTally = field(default_factory=AttackTally)

    def session(self) -> Session:
        """Return a session that is not connected yet."""
        return Session(self.url, ANSWER_LIMIT, sender=self.sender)

    def connection(self) -> RawConnection:
        """Return a TCP connection that is not open yet."""
        return RawConnection(self.url, self.sender)

    async def attempt(self, attack: str, action: Attempt, subject: str = "") -> None:
        """Count what becomes of ``action`` under the name ``attack``, on a file ``subject``."""
        try:
            outcome, detail = await action(self), "taken, though it must be refused"
        except InvalidStatus as error:
            status = error.response.status_code
            outcome, detail = outcome_of_status(status), f"status {status}"
        except ConnectionClosed as error:
            codes = {close.code for close in (error.rcvd, error.sent) if close is not None}
            outcome = Outcome.FAILED if _INTERNAL_ERROR in codes else Outcome.REFUSED
            detail = str(error)
        except ConnectionRefusedError as error:
            outcome, detail = Outcome.FAILED, f"no server: {error}"
        except (AttackError, SessionError, TimeoutError, InvalidHandshake) as error:
            outcome, detail = Outcome.FAILED, f"{type(error).__name__}: {error}"
        except OSError as error:  # the server has closed the connection
            outcome, detail = Outcome.REFUSED, str(error)
        self.tally.add(attack, outcome, f"{subject} {detail}".strip())
        await asyncio.sleep(0.02)


def outcome_of_status(status: int) -> Outcome:
    """Return what an HTTP status means; 0 stands for a connection that was closed instead.

    503 is given by design where a budget is used up.
    """
    if status == 500 or status in (501, 502, 504):
        return Outcome.FAILED
    return Outcome.ANSWERED if 100 <= status < 400 else Outcome.REFUSED


def must_be_refused(status: int) -> Outcome:
    """Return what an HTTP status means that answers a request which no page sends."""
    outcome = outcome_of_status(status)
    return Outcome.FAILED if outcome is Outcome.ANSWERED else outcome


def page_outcome(session: Session) -> Outcome:
    """Return `ANSWERED` for a page without exceptions. Raises `AttackError` for others."""
    for text in session.page.errors():
        if text.startswith(UNEXPECTED):
            raise AttackError(text)
    for element in session.page.elements():
        if element.HasField("exception"):
            raise AttackError(f"{element.exception.type}: {element.exception.message}")
    return Outcome.ANSWERED
