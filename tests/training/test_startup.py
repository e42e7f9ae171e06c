"""Start-up of training: processors and Keras settings that would break it."""

import json
import os
import subprocess
import sys

import pytest

from mnist_app.errors import TrainingError
from mnist_app.training import startup
from tests.lazy_modules import LazyModule

keras_setup = LazyModule("mnist_app.training.keras_setup")

CPU_INFO = (
    "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu sse4_2 {} ht\nbugs\t\t: none\n"
)


@pytest.fixture
def cpu_info(tmp_path):
    """Writes a file such as /proc/cpuinfo with one more feature."""

    def written(feature):
        (tmp_path / "cpuinfo").write_text(CPU_INFO.format(feature))
        return tmp_path / "cpuinfo"

    return written


@pytest.mark.parametrize("machine", ["x86_64", "AMD64"])
@pytest.mark.parametrize("feature", ["", "avx2", "avx512f"])
def test_a_processor_without_avx_is_refused(cpu_info, machine, feature):
    with pytest.raises(TrainingError, match="lacks AVX"):
        startup.check_processor(machine, cpu_info(feature))


def test_other_processors_are_not_refused(cpu_info, tmp_path):
    startup.check_processor("x86_64", cpu_info("avx"))
    startup.check_processor("aarch64", cpu_info(""))
    startup.check_processor("x86_64", tmp_path / "missing")
    (tmp_path / "cpuinfo").write_text("Features : fp asimd\n")
    startup.check_processor("x86_64", tmp_path / "cpuinfo")


def test_a_processor_without_avx_is_named_before_tensorflow_is_imported(cpu_info):
    code = (
        "import pathlib, sys, train_model\n"
        "from mnist_app.training import startup\n"
        f"startup.check_processor.__defaults__ = ('x86_64', pathlib.Path({str(cpu_info(''))!r}))\n"
        "for line in ('', 'fit cnn', 'search dense-deep --trials 1', 'report cnn'):\n"
        "    assert train_model.main(line.split()) == 1\n"
        "assert not {'tensorflow', 'keras'} & sys.modules.keys()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.count("lacks AVX") == done.stderr.count("\n") == 4


OTHER = {"backend": "jax", "floatx": "float16", "image_data_format": "channels_first"}


@pytest.mark.slow
def test_settings_of_keras_do_not_reach_our_networks(tmp_path):
    """Another backend, number format, layout and limits, in the file and in the environment."""
    (tmp_path / "keras.json").write_text(json.dumps({**OTHER, "epsilon": 0.1}))
    code = (
        "from mnist_app.training import startup\n"
        "startup.start_tensorflow()\n"
        "from mnist_app.training.keras_setup import keras\n"
        "from mnist_app.training.networks import build\n"
        "from mnist_app.training.recipes import CNN\n"
        "model = build(CNN, 1)\n"
        "print(keras.config.backend(), keras.config.max_epochs(), keras.config.epsilon())\n"
        "print(model.layers[3].output.shape, {one.dtype for one in model.variables[:2]})\n"
    )
    names = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH")
    unwanted = {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": "torch", **dict.fromkeys(names, "0")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **unwanted},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        *["tensorflow None 1e-07", "(None, 26, 26, 16) {'float32'}"]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("content", [{"floatx": "float128"}, {"backend": "jax", "epsilon": "x"}])
def test_a_settings_file_that_keras_refuses_is_named(tmp_path, content):
    (tmp_path / "keras.json").write_text(json.dumps(content))
    code = "import train_model\nraise SystemExit(train_model.main(['fit', 'cnn']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "keras.json" in done.stderr


def test_another_backend_in_the_same_process_is_refused(monkeypatch):
    monkeypatch.setattr(keras_setup.keras.config, "backend", lambda: "jax")
    with pytest.raises(TrainingError, match="backend “jax”"):
        keras_setup.configure()
