import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.classroom import codes
from mnist_app.errors import TooManyTriesError


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_codes_have_no_characters_that_are_taken_for_each_other():
    for pair in ("0O", "1I", "1L", "2Z", "5S", "8B", "UV"):
        assert len(set(pair) & set(codes.ALPHABET)) <= 1, pair
    assert not set("AEIOU") & set(codes.ALPHABET)
    assert set(codes.ALPHABET) <= set(string.ascii_uppercase + string.digits)
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET)


@given(st.integers(0, codes.CODE_LENGTH), st.sampled_from([" ", "-", "  "]), st.booleans())
def test_a_code_is_found_as_people_type_it(at, gap, lower):
    code = codes.new_code()
    typed = code[:at] + gap + code[at:]
    assert codes.typed_code(typed.lower() if lower else typed) == code


@given(st.text(max_size=12))
def test_what_cannot_be_a_code_is_none(text):
    code = codes.typed_code(text)
    assert code is None or (len(code) == codes.CODE_LENGTH and set(code) <= set(codes.ALPHABET))


def test_a_secret_has_128_bits_and_its_hash_says_nothing_of_it():
    secrets = {codes.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) == 22 for secret in secrets)  # 6 bits a character
    assert all(secret not in codes.hash_of(secret) for secret in secrets)
    assert codes.hash_of("abc").startswith("ba7816bf")  # FIPS 180-2, appendix B.1


def tries(limiter, visitor):
    """How many wrong codes of a visitor are answered."""
    count = 0
    while True:
        try:
            limiter.charge(visitor)
        except TooManyTriesError:
            return count
        count += 1


def test_wrong_codes_of_a_visitor_are_slowed_down_and_forgotten():
    clock = Clock()
    limiter = codes.GuessLimiter(clock)
    assert tries(limiter, "a") == codes.VISITOR_TRIES
    assert tries(limiter, "a") == 0
    clock.now += codes.VISITOR_SECONDS
    assert tries(limiter, "a") == 1
    clock.now += codes.VISITOR_TRIES * codes.VISITOR_SECONDS
    assert tries(limiter, "a") == codes.VISITOR_TRIES


def test_guesses_from_many_addresses_are_slowed_down_but_lock_nobody_out():
    clock = Clock()
    limiter = codes.GuessLimiter(clock)
    answered = sum(tries(limiter, f"guesser {number}") for number in range(10))
    assert answered <= codes.ALL_TRIES + 10
    limiter.charge("a pupil who mistypes for the first time")
    clock.now += max(codes.ALL_SECONDS * answered, codes.VISITOR_SECONDS * codes.VISITOR_TRIES)
    assert tries(limiter, "guesser 0") == codes.VISITOR_TRIES


def test_right_codes_cost_nothing():
    limiter = codes.GuessLimiter(Clock())
    for _ in range(1000):
        limiter.charge("a class behind one address")
        limiter.refund("a class behind one address")
    assert tries(limiter, "a class behind one address") == codes.VISITOR_TRIES


def test_the_message_says_how_long_to_wait():
    limiter = codes.GuessLimiter(Clock())
    tries(limiter, "a")
    with pytest.raises(TooManyTriesError, match="Wait 6 seconds"):
        limiter.charge("a")
