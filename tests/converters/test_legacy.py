"""What other formats of Word say: made .docx by LibreOffice, which is run for real where it is installed."""

from __future__ import annotations

import http.server
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from converters import convert, legacy_office
from converters.legacy_office import program, to_docx
from document import Document
from errors import LimitExceeded, MissingProgram, PasswordNeeded, UnreadableFile, UnsupportedKind
from normalize import normalize
from samples import word
from samples.reports import Sample, invent

needs_office = pytest.mark.skipif(program() is None, reason="LibreOffice is not installed")
ROOT = Path(__file__).parents[2]
FILTERS = {
    "doc": "MS Word 97",
    "rtf": "Rich Text Format",
    "odt": "writer8",
    "fodt": "OpenDocument Text Flat XML",
}
VARIANTS = ("merge-no-restart", "nested")


def sample(variant: str) -> Sample:
    return invent(47_000_100 + VARIANTS.index(variant), edition="2021", zero=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two Word samples as LibreOffice writes them in every format."""
    folder = tmp_path_factory.mktemp("made")
    for variant in VARIANTS:
        (folder / f"{variant}.docx").write_bytes(word.draw(sample(variant), variant=variant))
    office = program()
    assert office is not None
    for suffix, name in FILTERS.items():
        command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", f"{suffix}:{name}", *(f"{variant}.docx" for variant in VARIANTS)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return folder


def read(path: Path) -> Document:
    return convert(path.read_bytes(), name=path.name)


def left_behind(folder: Path) -> list[Path]:
    return list(folder.glob("gouji-*"))


@needs_office
@pytest.mark.parametrize(
    ("suffix", "variant"),
    [
        ("doc", "merge-no-restart"),
        ("doc", "nested"),
        ("rtf", "nested"),
        ("odt", "merge-no-restart"),
        ("fodt", "nested"),
    ],
)
def test_it_gives_the_report_of_the_word_file(made: Path, suffix: str, variant: str):
    theirs = normalize(read(made / f"{variant}.{suffix}"))
    ours = normalize(read(made / f"{variant}.docx"))
    assert theirs == ours
    assert theirs.trust == ours.trust
    assert theirs.source.kind == suffix.removeprefix("f")


@needs_office
def test_it_goes_by_bytes_and_not_by_names(made: Path):
    data = (made / "nested.doc").read_bytes()
    assert convert(data, name="报告.wps").source.kind == "doc"


@needs_office
def test_it_writes_the_text_of_an_input_field_once(made: Path):
    text = (made / "nested.fodt").read_text(encoding="utf-8")
    heading = sample("nested").sections[2][1]
    field = f'<text:text-input text:description="">{heading}&#x0d;</text:text-input>'
    assert heading in text
    target = BytesIO()
    with ZipFile(made / "nested.odt") as package, ZipFile(target, "w", ZIP_DEFLATED) as changed:
        for member in package.infolist():
            part = package.read(member)
            if member.filename == "content.xml":
                part = part.decode().replace(heading, field).encode()
                assert b"text-input" in part
            changed.writestr(member, part)
    assert normalize(convert(target.getvalue(), name="a.odt")) == normalize(read(made / "nested.docx"))


@needs_office
@pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
@pytest.mark.parametrize("suffix", FILTERS)
def test_it_refuses_a_file_that_was_cut_off(made: Path, suffix: str, share: float):
    data = (made / f"nested.{suffix}").read_bytes()
    with pytest.raises((UnreadableFile, UnsupportedKind), match=r"get it again|not read|not well-formed"):
        convert(data[: int(len(data) * share)], name="a")


@needs_office
def test_it_refuses_a_part_without_bytes_in_rtf(made: Path):
    data = bytearray((made / "nested.rtf").read_bytes())
    data[9000:9400] = bytes(400)
    with pytest.raises(UnreadableFile, match="missing"):
        convert(bytes(data), name="a.rtf")


@needs_office
def test_it_asks_for_an_open_copy_of_an_encrypted_doc(made: Path):
    data = bytearray((made / "nested.doc").read_bytes())
    at = data.index(struct.pack("<H", 0xA5EC))
    data[at + 11] |= 0x01  # the flag as Word sets it; the bytes behind it are as they were
    with pytest.raises(PasswordNeeded, match="without one"):
        convert(bytes(data), name="a.doc")


def test_it_asks_for_an_open_copy_of_an_encrypted_odt():
    data = opendocument({"META-INF/manifest.xml": "<m><encryption-data/></m>", "content.xml": "\0\1"})
    with pytest.raises(PasswordNeeded, match="without one"):
        convert(data, name="a.odt")


def opendocument(parts: dict[str, str]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        for name, content in parts.items():
            package.writestr(name, content, ZIP_DEFLATED)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', UnreadableFile, "document type"),
        ("<a><b></a>", UnreadableFile, "well-formed"),
        ("<a>" * 2_100_000, LimitExceeded, "tags"),
        ("<a>" * 5000 + "</a>" * 5000, LimitExceeded, "deep"),
        (" " * (65 << 20), LimitExceeded, "64 MiB"),
    ],
)
def test_it_bounds_what_an_odt_may_hold(content: str, error: type[Exception], says: str):
    with pytest.raises(error, match=says):
        convert(opendocument({"content.xml": content}), name="a.odt")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:1224],
        lambda data: data[:30] + b"\x07\x00" + data[32:],
        lambda data: data[:76] + b"\xf0\xff\xff\x00" + data[80:],
        lambda data: data[:48] + b"\x05\x00\x00\x00" + data[52:],
    ],
)
def test_it_refuses_a_compound_file_that_leads_nowhere(change):
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<II", header, 44, 1, 1)
    struct.pack_into("<110I", header, 72, 0, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 1, *[0xFFFFFFFF] * 126)  # the directory runs in a circle
    directory = "WordDocument".encode("utf-16-le").ljust(512, b"\0")
    with pytest.raises(UnreadableFile, match="get it again"):
        convert(change(bytes(header) + table + directory), name="a.doc")


@needs_office
@pytest.mark.parametrize(("suffix", "reader"), [item for item in FILTERS.items() if item[0] != "rtf"])
def test_it_never_reads_what_is_no_such_file_as_text(suffix: str, reader: str):
    with pytest.raises(UnreadableFile, match="cannot read it"):
        to_docx("一、总体情况\n规章 1 2 3\n".encode(), "a", suffix, reader)


def test_it_says_that_libreoffice_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(legacy_office, "_USUAL_PLACES", ())
    with pytest.raises(MissingProgram, match="gouji doctor") as caught:
        convert(b"{\\rtf1 a}", name="a.rtf")
    assert caught.value.exit_code == 4


@needs_office
def test_it_follows_no_link(tmp_path: Path):
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815  # names that the library looks for

    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for name, urn in (("office", "office"), ("text", "text"), ("draw", "drawing"))
    )
    links = (secret.as_uri(), f"{there}/a.odt")
    sections = "".join(
        f'<text:section text:name="s{number}"><text:section-source xlink:href="{escape(link)}"/>'
        "<text:p>old</text:p></text:section>"
        for number, link in enumerate(links)
    )
    data = (
        f'<office:document{names} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"'
        ' office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
        f'{sections}<text:p>a<draw:frame><draw:image xlink:href="{there}/a.png"/></draw:frame></text:p>'
        "</office:text></office:body></office:document>"
    )
    texts = [block.text for block in convert(data.encode(), name="a.fodt").blocks]
    server.shutdown()
    server.server_close()
    assert not asked
    assert "SECRET" not in "".join(texts)
    assert texts[:2] == ["old", "old"]


@needs_office
def test_it_leaves_nothing_when_time_is_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(legacy_office, "MOST_SECONDS", 0.3)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(LimitExceeded, match="not done"):
        convert(b"{\\rtf1 a}", name="a.rtf")
    assert not left_behind(tmp_path)


@needs_office
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks at processes through /proc")
def test_it_leaves_nothing_when_it_is_killed_itself(tmp_path: Path):
    program_text = "from converters import convert; convert(b'{\\\\rtf1 a}', name='a.rtf')"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", program_text], env=environment) as process:
        until(lambda: any("soffice.bin" in line for line in running(tmp_path)))
        process.send_signal(signal.SIGKILL)
    until(lambda: not running(tmp_path) and not left_behind(tmp_path))


def until(holds) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(folder: Path) -> list[str]:
    """Return the command lines of processes that work in a folder."""
    lines = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"{folder}/gouji-" in line:
            lines.append(line)
    return lines


@needs_office
@pytest.mark.skipif(sys.platform == "win32", reason="bounds of memory are those of POSIX")
def test_it_works_under_a_workers_bound_of_memory(tmp_path: Path):
    program_text = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, resource.RLIM_INFINITY));"
        "from converters import convert; print(convert(b'{\\\\rtf1 one}', name='a.rtf').blocks[0].text)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program_text], env=environment, capture_output=True, check=True, timeout=120
    )
    assert done.stdout.decode().strip() == "one"


def test_it_reads_the_xml_of_a_word_package_in_one_file():
    data = word.draw(sample("nested"), variant="nested")
    with ZipFile(BytesIO(data)) as package:
        parts = "".join(
            f'<pkg:part pkg:name="/{name}"><pkg:xmlData>'
            f"{package.read(name).decode().partition('?>')[2]}</pkg:xmlData></pkg:part>"
            for name in package.namelist()
        )
    names = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"'
    flat = f'<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package {names}>{parts}'
    document = convert(f"{flat}</pkg:package>".encode(), name="a.xml")
    assert document.blocks == convert(data, name="a.docx").blocks
    assert document.source.kind == "wordml"


def test_it_does_not_read_the_xml_of_word_2003():
    with pytest.raises(UnsupportedKind, match="Word 2003"):
        convert(b'<w:wordDocument xmlns:w="w"><w:body/></w:wordDocument>', name="a.xml")
