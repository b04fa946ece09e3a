"""LibreOffice as a converter: a document's bytes in, the bytes of a .docx out.

It opens whatever it is given as whatever it can, down to plain text; so it is always told which filter to
read with, and either that one reads the file or none does. It has a profile of its own in which no macro
runs, no link is followed and every connection ends at a closed port. Nothing of it stays behind
(legacy_keeper.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from converters import legacy_keeper
from errors import LimitExceeded, MissingProgram, UnreadableFile

# A report takes 2 to 3 s, nearly all of it starting; a worker's own limit, 60 s unless told otherwise, comes
# before this one.
MOST_SECONDS = 300
MOST_BYTES = 128 << 20
# Ending it and clearing its folder away takes no time to speak of.
_GRACE_SECONDS = 30

# Where installers put it without a word to the search path.
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)
# Port 9 is that of the discard service, which nobody runs any more.
_NOWHERE_HOST, _NOWHERE_PORT = "127.0.0.1", "9"
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),  # never
    ("Inet/Settings", "ooInetProxyType", "2"),  # by hand
    ("Inet/Settings", "ooInetNoProxy", ""),
    ("Inet/Settings", "ooInetHTTPProxyName", _NOWHERE_HOST),
    ("Inet/Settings", "ooInetHTTPProxyPort", _NOWHERE_PORT),
    ("Inet/Settings", "ooInetHTTPSProxyName", _NOWHERE_HOST),
    ("Inet/Settings", "ooInetHTTPSProxyPort", _NOWHERE_PORT),
)


def program() -> str | None:
    """Return where LibreOffice is; None if it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def to_docx(data: bytes, name: str, suffix: str, reader: str) -> bytes:
    """Return a document as .docx, read by the filter `reader`; `name` is the file's, for messages.

    Raises MissingProgram, UnreadableFile when the filter cannot read the bytes, LimitExceeded when it takes
    too long or what it makes is too large.
    """
    office = program()
    if office is None:
        message = (
            f"{name}: reading {suffix} needs LibreOffice, which is not installed;"
            " install it (see gouji doctor), or save the file as .docx"
        )
        raise MissingProgram(message)
    folder = Path(tempfile.mkdtemp(prefix="gouji-"))
    try:
        (folder / f"report.{suffix}").write_bytes(data)
        _write_profile(folder / "profile")
        code = _run(office, folder, f"report.{suffix}", reader)
        return _result(folder / "out" / "report.docx", code, name, suffix)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{key}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, key, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _run(office: str, folder: Path, file: str, reader: str) -> int:
    """Run LibreOffice on a file in a folder and return its exit code, which is 0 also when it fails."""
    proxy = f"http://{_NOWHERE_HOST}:{_NOWHERE_PORT}"
    proxies = {key: proxy for name in ("http_proxy", "https_proxy") for key in (name, name.upper())}
    own = {"HOME": str(folder), "TMPDIR": str(folder), "TMP": str(folder), "TEMP": str(folder)}
    command = [
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
        f"--infilter={reader}",
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", "out", file),
    ]
    keeper = [sys.executable, "-I", "-S", str(Path(legacy_keeper.__file__))]
    with subprocess.Popen(  # noqa: S603  # the program that is installed, on a file of our own naming
        [*keeper, str(MOST_SECONDS), str(folder), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **proxies, **own, "SAL_USE_VCLPLUGIN": "svp", "no_proxy": "", "NO_PROXY": ""},
        start_new_session=True,
    ) as process:
        return process.wait(MOST_SECONDS + _GRACE_SECONDS)


def _result(made: Path, code: int, name: str, suffix: str) -> bytes:
    """Return what LibreOffice made, or raise what its absence or size means."""
    if code == legacy_keeper.OUT_OF_TIME:
        message = f"{name}: LibreOffice was not done after {MOST_SECONDS} s; open it to see what it is"
        raise LimitExceeded(message)
    if not made.is_file():
        message = (
            f"{name}: LibreOffice cannot read it as .{suffix}; it may be damaged: get it again from where"
            " it came, or open it in Word or WPS and save it as .docx"
        )
        raise UnreadableFile(message)
    size = made.stat().st_size
    if size > MOST_BYTES:
        message = f"{name}: as .docx it has {size >> 20} MiB, more than {MOST_BYTES >> 20}; split the file"
        raise LimitExceeded(message)
    return made.read_bytes()
