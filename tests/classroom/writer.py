"""A process that joins a class and draws all it is asked for: `python -m ... ADDRESS CODE`.

It prints the pupil's secret, then the id of each drawing once that is acknowledged.
"""

import sys
import uuid

from mnist_app.classroom.store import ClassStore
from tests.classroom.lessons import draw


def main(address: str, code: str) -> None:
    store = ClassStore.open(address)
    pupil, secret = store.join(store.class_of_code(code, "writer"))
    print(secret, flush=True)
    while store.asked(pupil).digit is not None:
        client_id = str(uuid.uuid4())
        draw(store, pupil, client_id=client_id)
        print(client_id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
