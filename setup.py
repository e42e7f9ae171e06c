"""Passes requirements.txt to setuptools: [reader] as dependencies, other sections as extras."""

import re
from pathlib import Path

from setuptools import setup

sections: dict[str, list[str]] = {}
section = ""
for line in Path(__file__).with_name("requirements.txt").read_text(encoding="utf-8").splitlines():
    if heading := re.fullmatch(r"# \[(\w+)\]", line):
        section = heading[1]
    elif line and not line.startswith("#"):
        sections.setdefault(section, []).append(line)

setup(install_requires=sections.pop("reader"), extras_require=sections)
