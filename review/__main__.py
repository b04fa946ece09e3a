"""What `ink.py` starts for every page: a picture or the tables of one file, as JSON on stdout."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from pathlib import Path

from converters import convert, views
from errors import ConversionError
from picturing import plain
from review.telling import tell_grids


def _main(file: Path, what: str) -> None:
    data = file.read_bytes()
    told: object
    if what == "tables":
        told = tell_grids(convert(data, name=file.name))
    else:
        (view,) = views(data, [int(what)])
        told = {
            "width": view.width / view.scale,
            "height": view.height / view.scale,
            "png": b64encode(plain(view)).decode(),
        }
    sys.stdout.write(json.dumps(told))


try:
    _main(Path(sys.argv[1]), sys.argv[2])
except (ConversionError, OSError, ValueError) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(1)
