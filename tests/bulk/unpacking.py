"""What archives hold, as tests ask for it."""

from __future__ import annotations

import io

from bulk.archives import Event, Member, Refused, read

A, B = "一、总体情况\n甲\n".encode(), "一、总体情况\n乙\n".encode()
FILES = {"县/a.txt": A, "b.txt": B}


def events(data: bytes, name: str = "x.zip", **options: object) -> list[Event]:
    return list(read(io.BytesIO(data), name, size=len(data), **options))  # type: ignore[arg-type]


def members(data: bytes, name: str = "x.zip", **options: object) -> dict[str, bytes]:
    return {one.name: one.data for one in events(data, name, **options) if isinstance(one, Member)}


def refused(data: bytes, name: str = "x.zip", **options: object) -> dict[str, str]:
    found = [one for one in events(data, name, **options) if isinstance(one, Refused)]
    assert all(one.message.startswith(f"{one.name}: ") and "\n" not in one.message for one in found)
    return {one.name: one.code for one in found}
