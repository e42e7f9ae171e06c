"""A process that joins a class and draws COUNT times: `python -m ... ADDRESS CODE COUNT`.

It prints the pupil's secret, then the id of each drawing once that is acknowledged.
"""

import sys
import uuid

from mnist_app.classroom.store import ClassStore
from tests.classroom.lessons import draw


def main(address: str, code: str, count: str) -> None:
    store = ClassStore.open(address)
    pupil, secret = store.join(store.class_of_code(code, "writer"))
    print(secret, flush=True)
    for _ in range(int(count)):
        client_id = str(uuid.uuid4())
        draw(store, pupil, client_id=client_id)
        print(client_id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
