"""Holds the lessons in which classes teach models: one at a time, in a process of its own.

The process has a lower priority than the server, so drawing goes on meanwhile. A lesson goes on,
and its model is kept, if the teacher's browser is closed.
"""

import logging
import tempfile
import threading
from pathlib import Path
from typing import Final

from mnist_app.bundle import shipped_names
from mnist_app.classroom import lesson_plan
from mnist_app.classroom.lesson_plan import LessonPlan
from mnist_app.classroom.records import ClassRoom
from mnist_app.classroom.store import ClassStore
from mnist_app.classroom.taught_models import free_name
from mnist_app.errors import BusyError, MnistAppError, OverBudgetError, TeachingError
from mnist_app.server import limits
from mnist_app.worker_pool import WorkerPool

_log = logging.getLogger(__name__)


class TeachingRun:
    """A lesson that is being held, or that is over. Threads may share it."""

    def __init__(self, class_id: int) -> None:
        self.class_id: Final = class_id
        self.taught: str | None = None
        """The name of the taught model."""
        self.problem: MnistAppError | None = None
        """Why there is no taught model."""
        self._over = threading.Event()
        self._folder = tempfile.TemporaryDirectory(prefix="lesson-")
        self.progress_file: Final = Path(self._folder.name) / "progress"

    @property
    def is_over(self) -> bool:
        """Whether there is a taught model, or a problem."""
        return self._over.is_set()

    @property
    def share(self) -> float:
        """The share of the work that is done, 0 to 1."""
        try:
            return min(float(self.progress_file.read_text(encoding="ascii")), 1.0)
        except (OSError, ValueError):  # it has not begun, or is writing just now
            return 0.0

    def end(self, taught: str | None, problem: MnistAppError | None) -> None:
        """Note how the lesson ended."""
        self.taught, self.problem = taught, problem
        self._folder.cleanup()
        self._over.set()

    def wait(self, seconds: float) -> bool:
        """Wait until the lesson is over; return whether it is."""
        return self._over.wait(seconds)


class LessonRunner:
    """Holds one lesson at a time. One for the process; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[int, TeachingRun] = {}
        """The last lesson of each class."""
        self._pool = WorkerPool(
            1,
            kept=0,
            memory=limits.LESSON_MEMORY_BYTES,
            patience=limits.PHOTO_WAIT_SECONDS,
            preload=lesson_plan.__name__,
        )

    def start(
        self, store: ClassStore, classroom: ClassRoom, plan: LessonPlan, name: str
    ) -> TeachingRun:
        """Begin a lesson; its model is kept under ``name``, or one like it.

        Raises `TeachingError` while another lesson is being held.
        """
        with self._lock:
            if any(not lesson.is_over for lesson in self._last.values()):
                raise TeachingError(
                    "Another class is teaching a model on this computer right now. That takes "
                    "half a minute: try again then."
                )
            lesson = self._last[classroom.id] = TeachingRun(classroom.id)
        thread = threading.Thread(
            target=self._hold, args=(lesson, store, classroom, plan, name), daemon=True
        )
        thread.start()
        return lesson

    def of_class(self, classroom: ClassRoom) -> TeachingRun | None:
        """Return the last lesson of a class since the server has started."""
        with self._lock:
            return self._last.get(classroom.id)

    def _hold(
        self,
        lesson: TeachingRun,
        store: ClassStore,
        classroom: ClassRoom,
        plan: LessonPlan,
        name: str,
    ) -> None:
        taught: str | None = None
        problem: MnistAppError | None = None
        try:
            blob, outcome = self._pool.call(
                limits.LESSON_SECONDS, lesson_plan.hold, plan, str(lesson.progress_file)
            )
            taken = [*(one.name for one in store.taught_models(classroom)), *shipped_names()]
            free = free_name(name, taken)
            taught = store.add_taught_model(classroom, free, blob, outcome.to_json()).name
        except (OverBudgetError, BusyError):
            _log.exception("a lesson ended early")
            problem = TeachingError(
                "Teaching took more time or memory than this computer has for it. Let fewer "
                "pupils teach."
            )
        except MnistAppError as error:
            problem = error
        except Exception:  # noqa: BLE001 (any other error is a bug; the page stays usable)
            _log.exception("a lesson ended early")
            problem = TeachingError(
                "Teaching went wrong; the terminal that runs the app says why. Try again."
            )
        finally:
            lesson.end(taught, problem)


lesson_runner: Final = LessonRunner()
