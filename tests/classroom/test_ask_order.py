import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnist_app.classroom import ask_order


@given(st.integers(1, 20))
def test_every_round_has_all_digits_and_none_follows_itself(per_digit):
    order = ask_order.new_order(per_digit)
    rounds = [order[start : start + 10] for start in range(0, len(order), 10)]
    assert len(rounds) == per_digit
    assert all(sorted(digits) == list("0123456789") for digits in rounds)
    assert all(one != other for one, other in itertools.pairwise(order))


def test_pupils_are_asked_in_different_orders():
    firsts = Counter(ask_order.new_order(1)[0] for _ in range(500))
    assert set(firsts) == set("0123456789")
    assert max(firsts.values()) < 100  # 50 expected, 6.7 is the standard deviation


@given(st.text("0123456789", max_size=30), st.integers(0, 9))
def test_a_drawing_takes_one_digit_off(order, digit):
    left = ask_order.without(order, digit)
    if left is None:
        assert str(digit) not in order
    else:
        assert Counter(order) - Counter(left) == Counter({str(digit): 1})


@given(st.text("0123456789", max_size=30), st.integers(0, 9))
def test_skipping_loses_no_digit_and_happens_once(order, digit):
    later = ask_order.postponed(order, digit)
    assert Counter(later) == Counter(order)
    if order and order[0] == str(digit):
        assert later == order[1:] + order[0]
        if len(order) > 1 and order[1] != order[0]:
            assert ask_order.postponed(later, digit) == later
    else:
        assert later == order
