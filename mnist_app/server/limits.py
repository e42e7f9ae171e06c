"""Budgets of the server: how much one visitor may send, keep and cause.

Each constant says what it limits, in what unit, and why it has this value. ``docs/security.md``
lists them for administrators. A visitor is an address in the network: budgets of a visitor are so
generous that a class behind one router's address can work.
"""

from typing import Final

MESSAGE_BYTES: Final = 12_000_000
"""Bytes of one websocket message. A full canvas (200,000 points) is about 8 MB of JSON."""
MESSAGE_BRACKETS: Final = 450_000
"""Opening brackets, square and curly, in one websocket message. A full canvas has one a point and
ten a stroke. Parsed, each is a list or an object of about 100 bytes, however short its text is."""
MESSAGE_FIELDS: Final = 5_000
"""Fields of one websocket message (Protocol Buffers). Parsed, an empty one of two bytes takes 50.
The pages send a few dozen for their widgets and one for each of up to 500 cached messages."""
MESSAGE_NUMBERS_BYTES: Final = 10_000
"""Bytes of a list of numbers in a websocket message; widgets of the pages have two numbers."""
FRAGMENTS: Final = 2_000
"""Fragments of one websocket message. Browsers make them 16 kB long and more."""
WAITING_MESSAGES: Final = 100
"""Messages of one connection that have arrived and wait to be passed on."""
PARTIAL_BYTES: Final = 24_000_000
"""Bytes of one visitor's messages that have arrived in part: two of full length."""
VISITOR_MESSAGE_BYTES: Final = 24_000_000
"""Sum of the longest messages of a visitor's sessions. A session keeps its last drawing, three to
four times as long in memory as in the message: 90 MB. That is three full canvases, or a class of
1,000 with ordinary drawings (20 kB each)."""

MESSAGES_PER_SECOND: Final = 5.0
"""Messages of one connection that are passed on per second; further ones wait."""
MESSAGE_BURST: Final = 20.0
"""Messages of one connection that are passed on at once before further ones wait."""
VISITOR_MESSAGES_PER_SECOND: Final = 100.0
"""Messages of one visitor that are passed on per second: a class of 100 that draws behind one
address sends 80."""
VISITOR_MESSAGE_BURST: Final = 200.0
"""Messages of one visitor that are passed on at once."""
VISITOR_LOADS_PER_SECOND: Final = 10.0
"""Websockets of one visitor that are accepted per second; further ones wait. Each is a page load,
which takes 10 ms of the processor even if it is dropped at once."""
VISITOR_LOAD_BURST: Final = 100.0
"""Websockets of one visitor that are accepted at once: a class opens the page."""
VISITOR_SCRIPTS: Final = 2
"""Pages and fragments of one visitor that are computed at once; others wait. All share
one core with everybody else."""
SCRIPT_SECONDS: Final = 3.0
"""Seconds after which a computation is no longer counted: it waits for a child process."""
SEND_SECONDS: Final = 40.0
"""Seconds that a connection may take to accept a message before it is closed; what the server has
to say to it waits in memory meanwhile."""

VISITOR_CONNECTIONS: Final = 300
"""Open connections of one visitor: a class of 100 whose pages all reload has 200 for a moment."""
CONNECTIONS: Final = 1_000
"""Open websockets of all visitors."""
REQUEST_SECONDS: Final = 20.0
"""Seconds within which the first request of a connection must arrive."""
BODY_BYTES: Final = 100_000
"""Bytes of the body of a request that is no upload; the pages send none."""
BODY_SECONDS: Final = 120.0
"""Seconds within which the body of a request must arrive: 20 MB at 170 kB/s."""
FILE_PIECE_BYTES: Final = 65_536
"""Bytes of a static file that wait in memory for a connection to take them."""

UPLOADS_AT_ONCE: Final = 16
"""Uploads of one visitor that are received at once, a megabyte each in memory; others wait."""
SESSION_UPLOADS: Final = 2
"""Uploaded files that are kept for one session; the oldest is dropped for the next."""
VISITOR_UPLOAD_BYTES: Final = 60_000_000
"""Bytes of uploaded files that are kept for one visitor; the oldest are dropped for the next."""
UPLOADED_BYTES: Final = 600_000_000
"""Bytes of all uploaded files that are kept; beyond it uploads are refused for a while."""

PHOTO_SECONDS: Final = 20.0
"""Seconds for decoding and reading one photo. 64 megapixels take 2.5 s of a processor, as a
progressive JPEG 5.6 s, and four times that on a busy machine."""
PHOTO_MEMORY_BYTES: Final = 1_200_000_000
"""Bytes that the process which reads a photo may allocate, where the system can limit that. The
coefficients and pixels of a progressive JPEG of 64 megapixels need 830 MB."""
PHOTO_WORKERS: Final = 3
"""Photos that are read at once, each in a process of its own."""
KEPT_PHOTO_WORKERS: Final = 2
"""Idle processes that are kept for the next photo, of 70 MB each without a model."""
PHOTO_WAIT_SECONDS: Final = 10.0
"""Seconds that a photo waits for a free process before its page says that all are busy."""

KEPT_SESSIONS: Final = 200
"""Sessions without a connection that are kept until their visitor returns. Beyond it, the oldest of
the visitor with most are shut down."""
LIGHT_MESSAGE_BYTES: Final = 300_000
"""Length of the longest message of a session that is kept for ``server.disconnectedSessionTTL``
after its connection is lost (a phone that slept finds its drawing): 3,000 points. A session that
sent a longer one, or a file, is kept for `HEAVY_SESSION_SECONDS`."""
VISITOR_LIGHT_BYTES: Final = 3_000_000
"""Sum of the longest messages of one visitor's sessions that are kept for so long."""
HEAVY_SESSION_SECONDS: Final = 45.0
"""Seconds for which any other session is kept: a short loss of the network."""
SWEEP_SECONDS: Final = 10.0
"""Seconds between two searches for sessions whose time is over."""

OPEN_FILES: Final = 8_192
"""Files and sockets that the process asks the system for. A session holds three, a tab one more; a
terminal on a Mac allows 256."""

HEAPS: Final = 2
"""Heaps from which the C library (glibc) serves all threads. Streamlit computes each page in a
thread of its own."""

LESSON_SECONDS: Final = 180.0
"""Time in which a class's lesson must be over; 600 drawings take about ten seconds."""
LESSON_MEMORY_BYTES: Final = 2_000_000_000
"""Memory that the process of a lesson may allocate."""
