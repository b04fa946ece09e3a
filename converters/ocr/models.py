"""The recognition models that come in the wheel of rapidocr, opened without loading its pipeline.

rapidocr itself is not imported: it would load twice the modules and may fetch models from the network; its
files are found through the import system and run by onnxruntime, one thread each.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from errors import MissingProgram

RECOGNITION = "PP-OCRv6_rec_small.onnx"
DETECTION = "PP-OCRv6_det_small.onnx"
ORIENTATION = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"


@cache
def session(name: str) -> Any:  # noqa: ANN401  # onnxruntime has no types
    """Return an open model of the rapidocr wheel.

    Raises MissingProgram when onnxruntime, rapidocr or the model is not installed.
    """
    # Else its import alone writes a device's id and a database into the home folder.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        import onnxruntime  # noqa: PLC0415  # slow to load
    except ImportError as missing:
        message = "reading scans needs onnxruntime; install it with pip (see gouji doctor)"
        raise MissingProgram(message) from missing
    path = _folder() / name
    if not path.is_file():
        message = (
            f"reading scans needs the model {name}; install rapidocr>=3.10,<4 with pip, whose wheel holds it"
        )
        raise MissingProgram(message)
    options = onnxruntime.SessionOptions()
    # One document a core; the order of sums, and so the output, stays the same.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # the arena keeps the largest page's memory for good
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@cache
def engine() -> str:
    """Return name and version of what reads: the wheel's version stands for its models."""
    try:
        return f"RapidOCR {version('rapidocr')}"
    except PackageNotFoundError as missing:
        raise MissingProgram(_ADVICE) from missing


_ADVICE = "reading scans needs rapidocr; install rapidocr>=3.10,<4 with pip (see gouji doctor)"


def _folder() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise MissingProgram(_ADVICE)
    return Path(spec.submodule_search_locations[0]) / "models"
