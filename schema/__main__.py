"""python -m schema: write the generated schema to where it is committed."""

from __future__ import annotations

import json
from pathlib import Path

from schema import build

if __name__ == "__main__":
    target = Path(__file__).with_name("report.schema.json")
    target.write_text(
        json.dumps(build(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
