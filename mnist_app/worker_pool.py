"""Child processes that work on picture files within a budget of seconds and bytes.

A damaged or hostile picture can keep a decoder busy for minutes and make it allocate gigabytes. A
thread cannot be stopped, a process can. Several children work at once, so that one file does not
delay the next. They are started on first use; idle ones are kept for the next call.
"""

import contextlib
import importlib
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, ParamSpec, TypeVar

from mnist_app.errors import BusyError, OverBudgetError

P = ParamSpec("P")
R = TypeVar("R")

ROOT: Final = Path(__file__).resolve().parents[1]
"""Folder that holds the package."""
START_SECONDS: Final = 60.0
"""Seconds within which a child must have imported its modules; 1 s on an idle machine."""
MAXIMUM_GROWTH: Final = 100_000_000
"""Bytes of memory by which an idle child may have grown since its start; a larger one is ended.

The C library does not return all freed memory to the system.
"""
NICENESS: Final = 5
"""Scheduling priority of a child below its parent's: drawing goes before photographs."""
_ENVIRONMENT: Final = {
    "OPENCV_FOR_THREADS_NUM": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
"""OpenCV and NumPy would start a thread per core in each child, and the C library a heap per
thread."""
_KILL_DELAY: Final = 2.0
"""Seconds after its limit at which a child ends itself if its parent no longer can."""


class WorkerPool:
    """Child processes that call functions. May be used from many threads at once.

    ``workers`` is the maximum number of children at work, ``kept`` that of idle ones. Each may
    allocate ``memory`` bytes beyond those of its start, where the system can limit that (Linux). A
    caller waits for at most ``patience`` seconds for a child to become free. ``preload`` is the
    name of a module that a child imports before its memory is counted.
    """

    def __init__(
        self, workers: int, *, kept: int, memory: int, patience: float, preload: str = __name__
    ) -> None:
        self._free = threading.BoundedSemaphore(workers)
        self._idle: list[_Worker] = []
        self._kept, self._patience = kept, patience
        self._arguments = (str(memory), preload)

    def call(
        self, seconds: float, function: Callable[P, R], *args: P.args, **options: P.kwargs
    ) -> R:
        """Return ``function(*args, **options)``, computed in a child within ``seconds``.

        ``function`` must be importable by name; arguments and result are pickled. Raises what it
        raises, `OverBudgetError` if it takes more than its budget or its process dies, and
        `BusyError` if no child becomes free.
        """
        request = pickle.dumps((seconds, function, args, options), pickle.HIGHEST_PROTOCOL)
        if not self._free.acquire(timeout=self._patience):
            raise BusyError(
                "All worker processes were busy for {patience:g} s.",
                patience=self._patience,
            )
        try:
            worker = self._idle_worker() or _Worker(*self._arguments)
            succeeded, result, reusable = worker.call(seconds, request)
            if reusable and len(self._idle) < self._kept:
                self._idle.append(worker)
            else:
                worker.kill()
        finally:
            self._free.release()
        if not succeeded:
            raise result
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the children that are idle. The pool can be used again."""
        while worker := self._idle_worker():
            worker.kill()

    def _idle_worker(self) -> "_Worker | None":
        """Return an idle child that is alive and remove it from the idle ones; None if none is."""
        while True:
            try:
                worker = self._idle.pop()  # list.pop and list.append are atomic
            except IndexError:
                return None
            if worker.is_alive():
                return worker
            worker.kill()


class _Worker:
    """One child process."""

    def __init__(self, *arguments: str) -> None:
        """Start the child and wait until it is ready.

        Raises `BusyError` if the system has no room for it, `OverBudgetError` if it ends at once.
        """
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", __spec__.name, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env={**os.environ, **_ENVIRONMENT},
                start_new_session=True,  # Ctrl-C is for the parent; a child ends with its input
            )
        except OSError as error:
            raise BusyError(
                "No worker process can be started ({strerror}).",
                strerror=error.strerror,
            ) from error
        self.call(START_SECONDS, b"")

    def call(self, seconds: float, request: bytes) -> tuple[bool, Any, bool]:
        """Return whether ``request`` succeeds, its result or error, whether to keep the child.

        The child is killed after ``seconds``, and whenever this method raises.
        """
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            succeeded, result, reusable = self._exchange(request)
        except Exception as error:
            self.kill()
            status = self._process.returncode
            if is_late.is_set():
                raise OverBudgetError(
                    "The work took longer than {seconds:g} s.", seconds=seconds
                ) from error
            raise OverBudgetError(
                "The worker process ended, status {status}.", status=status
            ) from error
        except BaseException:
            self.kill()
            raise
        finally:
            timer.cancel()
            timer.join()
        return succeeded, result, reusable and not is_late.is_set()

    def _exchange(self, request: bytes) -> tuple[bool, Any, bool]:
        requests, replies = self._process.stdin, self._process.stdout
        assert requests is not None  # noqa: S101 (for mypy: they are pipes)
        assert replies is not None  # noqa: S101
        requests.write(request)
        requests.flush()
        succeeded, result = pickle.load(replies)  # noqa: S301 (our own process wrote it)
        return succeeded, result, pickle.load(replies)  # noqa: S301

    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what is buffered for a dead process
                if pipe is not None:
                    pipe.close()


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Call the functions that ``requests`` names until it ends; write results to ``replies``.

    Each reply is two pickles: success with the result or error, and whether to keep this process.
    """
    start = _resident()
    _send(replies, _encoded(True, None), reusable=True)
    while True:
        try:
            seconds, function, args, options = pickle.load(requests)  # noqa: S301 (our own parent wrote it)
        except (EOFError, pickle.UnpicklingError):  # the parent has ended
            return
        with _alarm(seconds + _KILL_DELAY):
            content = _result(function, args, options)
        del args, options
        growth = _resident() - start
        _send(replies, content, reusable=start >= 0 and growth <= MAXIMUM_GROWTH)


def _result(function: Callable[..., Any], args: Any, options: Any) -> bytes:
    """Return as a pickle True and what the function returns, or False and what it raises."""
    try:
        return _encoded(True, function(*args, **options))
    except MemoryError:
        return _encoded(False, OverBudgetError("The work needs too much memory."))
    except Exception as error:  # noqa: BLE001 (it is raised again where the call was made)
        return _encoded(False, error)


def _encoded(succeeded: bool, result: object) -> bytes:
    """Return a reply as a pickle; what cannot be pickled becomes an error that says so."""
    try:
        content = pickle.dumps((succeeded, result), pickle.HIGHEST_PROTOCOL)
        if not succeeded:  # errors with arguments of their own may not load
            pickle.loads(content)  # noqa: S301 (written by the line above)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (objects raise anything when they are pickled)
        unsent = RuntimeError(f"{result!r} cannot be sent to the parent process ({error}).")
        return pickle.dumps((False, unsent), pickle.HIGHEST_PROTOCOL)
    return content


def _send(replies: BinaryIO, content: bytes, *, reusable: bool) -> None:
    replies.write(content + pickle.dumps(reusable))
    replies.flush()


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """End this process after ``seconds``, also if its parent has died (not on Windows)."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)  # the default action of SIGALRM is to end
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _resident() -> int:
    """Return this process's memory in bytes, on macOS the most it has had; -1 if unknown."""
    try:
        import resource  # noqa: PLC0415 (Windows has none)

        if sys.platform == "darwin":
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return _memory_pages(1) * resource.getpagesize()
    except (ImportError, OSError, ValueError, IndexError):
        return -1


def _memory_pages(field: int) -> int:
    """Return a field of Linux's ``statm``: 1 is resident memory, 5 is data and stacks."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[field])


def _limit_memory(more: int) -> None:
    """Allow this process ``more`` bytes beyond its own, where the system has such a limit."""
    try:
        import resource  # noqa: PLC0415 (Windows has none)

        limit = _memory_pages(5) * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    except (ImportError, OSError, ValueError, IndexError):
        return


def main() -> None:
    """Serve as a child process: requests on standard input, replies on standard output."""
    requests = io.BufferedReader(io.FileIO(os.dup(0), "r"))
    replies = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 (no path)
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what a library prints is no reply
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    importlib.import_module(sys.argv[2])
    _limit_memory(int(sys.argv[1]))
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(requests, replies)


if __name__ == "__main__":
    main()
