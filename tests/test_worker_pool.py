"""Child processes keep their budgets, and the next call works whatever the last one did."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from mnist_app import worker_pool
from mnist_app.errors import BusyError, InvalidImageError, OverBudgetError
from mnist_app.worker_pool import ROOT, WorkerPool

MEMORY = 300_000_000
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system cannot limit memory")


@pytest.fixture
def make_pool():
    pools = []

    def make(workers=1, *, kept=2, patience=30.0):
        pools.append(WorkerPool(workers, kept=kept, memory=MEMORY, patience=patience))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def workers():
    own = psutil.Process().children(recursive=True)
    return {child.pid for child in own if worker_pool.__name__ in child.cmdline()}


@pytest.fixture
def children():
    """Return a function that counts children of pools that the test itself made."""
    before = workers()
    return lambda: workers() - before


def refuse():
    raise InvalidImageError("Save the picture again.")


class PickyError(Exception):
    def __init__(self, first, second):
        super().__init__(f"{first} {second}")


def refuse_pickily():
    raise PickyError(1, 2)


def allocate(count):
    return int(np.ones(count, np.uint8).sum())


def kept_memory(count, kept=[]):  # noqa: B006 (the leak is the point)
    kept.append(np.ones(count, np.uint8))


def chatter():
    print("what a library prints")
    os.write(1, b"and what its C code prints\n")
    return sys.stdin.read()


def test_results_and_errors_are_those_of_the_function(make_pool, children):
    pool = make_pool()
    assert not children()
    assert pool.call(30, divmod, 7, 2) == (3, 1)
    first = pool.call(30, os.getpid)
    assert pool.call(30, int, "ff", base=16) == 255
    with pytest.raises(InvalidImageError, match=r"^Save the picture again\.$"):
        pool.call(30, refuse)
    with pytest.raises(RuntimeError, match=r"1 2.*cannot be sent"):
        pool.call(30, refuse_pickily)
    with pytest.raises(RuntimeError, match="cannot be sent"):
        pool.call(30, threading.Lock)
    assert pool.call(30, chatter) == ""
    assert pool.call(30, os.getpid) == first != os.getpid()
    assert pool.call(30, os.nice, 0) >= worker_pool.NICENESS


def test_what_cannot_be_sent_costs_no_child(make_pool, children):
    with pytest.raises((AttributeError, TypeError, Exception), match="pickle"):
        make_pool().call(30, lambda: 1)
    assert not children()


def test_slow_work_is_stopped_and_the_next_call_works(make_pool):
    pool = make_pool()
    first = pool.call(30, os.getpid)
    start = time.monotonic()
    with pytest.raises(OverBudgetError, match=r"longer than 0\.2 s"):
        pool.call(0.2, time.sleep, 60)
    assert time.monotonic() - start < 10
    assert not psutil.pid_exists(first)
    assert pool.call(30, os.getpid) != first


def test_a_child_that_dies_is_replaced(make_pool):
    pool = make_pool()
    with pytest.raises(OverBudgetError, match="ended, status 3"):
        pool.call(30, os._exit, 3)
    child = pool.call(30, os.getpid)
    psutil.Process(child).kill()
    psutil.Process(child).wait(10)
    assert pool.call(30, divmod, 7, 2) == (3, 1)


@LINUX
def test_memory_is_limited_and_a_child_that_keeps_much_is_ended(make_pool):
    pool = make_pool()
    first = pool.call(30, os.getpid)
    with pytest.raises(OverBudgetError, match="memory"):
        pool.call(30, allocate, 2 * MEMORY)
    assert pool.call(30, allocate, MEMORY // 2) == MEMORY // 2
    assert pool.call(30, os.getpid) == first
    pool.call(30, kept_memory, worker_pool.MAXIMUM_GROWTH + 20_000_000)
    assert pool.call(30, os.getpid) != first


def test_callers_share_the_children_and_two_are_kept(make_pool, children):
    pool = make_pool(3, kept=2)
    with ThreadPoolExecutor(9) as callers:
        results = list(callers.map(lambda n: pool.call(60, divmod, n, 3), range(12)))
    assert results == [divmod(n, 3) for n in range(12)]
    assert 1 <= len(children()) <= 2
    pool.close()
    assert not children()


def test_work_goes_on_side_by_side_and_a_caller_does_not_wait_for_ever(make_pool):
    pool = make_pool(2, patience=0.1)
    slow = threading.Thread(target=lambda: pool.call(60, time.sleep, 1))
    slow.start()
    assert pool.call(60, divmod, 7, 2) == (3, 1)
    slow.join()
    alone = make_pool(1, patience=0.1)
    holder = threading.Thread(target=lambda: alone.call(60, time.sleep, 0.5))
    holder.start()
    time.sleep(0.2)
    with pytest.raises(BusyError, match=r"busy for 0\.1 s"):
        alone.call(60, os.getpid)
    holder.join()


def test_without_room_for_a_process_the_pool_is_busy(make_pool, monkeypatch):
    monkeypatch.setattr(worker_pool.sys, "executable", str(Path(__file__).parent / "nothing"))
    pool = make_pool()
    for _ in range(2):
        with pytest.raises(BusyError, match="started"):
            pool.call(30, os.getpid)


PARENT = """
import os, sys, threading, time
from mnist_app.worker_pool import WorkerPool
pool = WorkerPool(2, kept=2, memory=10**9, patience=30)
threading.Thread(target=pool.call, args=(2, time.sleep, 30), daemon=True).start()
print(pool.call(30, os.getpid), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL and no alarm")
def test_children_end_with_a_parent_that_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        parent.stdout.readline()
        family = psutil.Process(parent.pid).children()
        assert family
        parent.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive
