"""What all tests share."""

import os

import hypothesis

# Time says nothing on a shared machine, and a run in CI must be repeatable.
hypothesis.settings.register_profile(
    "house", deadline=None, derandomize=bool(os.environ.get("CI")), database=None
)
hypothesis.settings.load_profile("house")
