"""All pupils and drawings of one class in memory, kept up to date by the store's revisions."""

import threading
from collections import Counter

from mnist_app.classroom.records import Changes, ClassRoom, Drawing, Pupil
from mnist_app.classroom.store import ClassStore


class Wall:
    """What the teacher sees of a class. Threads may share it.

    An update asks the store for what has changed since the one before, so it costs one small query
    while nothing changes.
    """

    def __init__(self, store: ClassStore, classroom: ClassRoom) -> None:
        self._store, self._classroom = store, classroom
        self._lock = threading.Lock()
        self._revision = -1
        self._pupils: dict[int, tuple[int, Pupil]] = {}
        """Pupils by their number in the store, with the revision at which they were read."""
        self._drawings: dict[int, tuple[int, Drawing]] = {}

    def update(self) -> int:
        """Read what has changed; return the revision. Raises `StoreError`, `UnknownClassError`."""
        with self._lock:
            new = self._store.changes(self._classroom, self._revision)
            self._pupils |= {pupil.id: (new.revision, pupil) for pupil in new.pupils}
            self._drawings |= {drawing.id: (new.revision, drawing) for drawing in new.drawings}
            self._revision = new.revision
            return new.revision

    def since(self, revision: int) -> Changes:
        """Return what was read after ``revision``, which `update` returned; all of it after -1.

        Pupils and drawings that were removed are among it.
        """
        with self._lock:
            return Changes(
                self._revision,
                tuple(one for read_at, one in self._drawings.values() if read_at > revision),
                tuple(one for read_at, one in self._pupils.values() if read_at > revision),
            )

    def pupils(self) -> list[Pupil]:
        """Return the pupils of the class who were not removed, by number."""
        with self._lock:
            found = [pupil for _, pupil in self._pupils.values() if not pupil.is_removed]
        return sorted(found, key=lambda pupil: pupil.number)

    def drawings(self) -> list[Drawing]:
        """Return the visible drawings of the class, in the order of arrival."""
        with self._lock:
            found = [drawing for _, drawing in self._drawings.values() if drawing.is_visible]
        return sorted(found, key=lambda drawing: drawing.id)

    def per_digit(self) -> Counter[int]:
        """Return how many visible drawings there are of each digit."""
        return Counter(drawing.label for drawing in self.drawings())
