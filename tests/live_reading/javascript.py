"""Runs scripts of the app under Node.js."""

import json
import shutil
import subprocess

import pytest

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no Node.js here: its scripts are not run")
SECONDS = 120


def run(script, given):
    """Return what ``script``, the body of a function, returns for its argument ``given``."""
    program = (
        'const chunks = []; process.stdin.on("data", (chunk) => chunks.push(chunk));'
        'process.stdin.on("end", () => {'
        "  const given = JSON.parse(Buffer.concat(chunks));"
        f"  const result = (() => {{ {script} }})();"
        "  process.stdout.write(JSON.stringify(result));"
        "});"
    )
    done = subprocess.run(
        [NODE, "-e", program],
        input=json.dumps(given).encode(),
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        check=True,
    )
    return json.loads(done.stdout)
