"""Budgets of the server: how much one visitor may send, keep and cause.

Each constant says what it limits, in what unit, and why it has this value. ``docs/security.md``
lists them for administrators.
"""

from typing import Final

MESSAGE_BYTES: Final = 12_000_000
"""Bytes of one websocket message. A full canvas (200,000 points) is about 8 MB of JSON."""
MESSAGE_BRACKETS: Final = 450_000
"""Opening brackets, square and curly, in one websocket message. A full canvas has one a point and
ten a stroke. Parsed, each is a list or an object of about 100 bytes, however short its text is."""
MESSAGES_PER_SECOND: Final = 10.0
"""Messages of one connection that are passed on per second; further ones wait."""
MESSAGE_BURST: Final = 60.0
"""Messages of one connection that are passed on at once before further ones wait."""
BODY_BYTES: Final = 100_000
"""Bytes of the body of a request that is no upload; the pages send none."""
BODY_SECONDS: Final = 120.0
"""Seconds within which the body of a request must arrive: 20 MB at 170 kB/s."""
UPLOADS_PER_SESSION: Final = 2
"""Uploaded files that are kept for one session; the oldest is dropped for the next."""
UPLOADED_BYTES: Final = 300_000_000
"""Bytes of all uploaded files that are kept; beyond it uploads are refused for a while."""
CONNECTIONS: Final = 500
"""Open websockets: a class of 100 whose pages all reload has 200 for a moment."""
KEPT_SESSIONS: Final = 200
"""Sessions without a connection that are kept until their visitor returns, the newest ones."""
LIGHT_MESSAGE_BYTES: Final = 300_000
"""A session that never sent a longer message, nor a file, is kept for
``server.disconnectedSessionTTL`` after its connection is lost: a drawing of 3,000 points. """
HEAVY_SESSION_SECONDS: Final = 45.0
"""Seconds for which any other session is kept."""
SWEEP_SECONDS: Final = 10.0
"""Seconds between two searches for sessions whose time is over."""
OPEN_FILES: Final = 8192
"""Files and sockets that the process asks the system for. A session holds three, a tab one more; a
terminal on a Mac allows 256."""
