"""Start of TensorFlow: checks the processor first, and keeps start-up notices off the screen."""

import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Final

from mnist_app.errors import TrainingError

CPU_INFO: Final = Path("/proc/cpuinfo")
"""Where Linux lists the features of the processor."""


def start_tensorflow() -> None:
    """Import TensorFlow and Keras, silently unless the import fails.

    Raises `TrainingError` if the processor cannot run TensorFlow, if TensorFlow is not installed
    or cannot be loaded, or if Keras refuses its settings.
    """
    check_processor()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as notices:
        os.dup2(notices.fileno(), 2)
        try:
            from mnist_app.training import keras_setup  # noqa: F401, PLC0415 (takes seconds)
        except ImportError as error:
            raise TrainingError(
                f"TensorFlow cannot be loaded ({error}). To install what training needs: "
                "python -m pip install -r requirements.txt"
            ) from error
        except TrainingError:
            raise
        except BaseException:
            notices.seek(0)
            os.write(screen, notices.read())
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)


def check_processor(machine: str | None = None, cpu_info: Path = CPU_INFO) -> None:
    """Raise `TrainingError` on an x86-64 processor without AVX, where Linux lists its features.

    TensorFlow's packages for x86-64 are compiled for AVX: without it the import ends the process
    with "Illegal instruction". ``machine`` is the architecture, by default that of this computer.
    """
    if (machine or platform.machine()).lower() not in ("x86_64", "amd64"):
        return
    try:
        lines = cpu_info.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    features = next((line.split() for line in lines if line.startswith("flags")), None)
    if features is not None and "avx" not in features:
        raise TrainingError(
            "The processor of this computer lacks AVX, an instruction set that TensorFlow needs. "
            "Train on another computer and copy the bundle here"
        )
