"""The review answers on this machine only, to whom it gave the address, and writes one file."""

from __future__ import annotations

import http.client
import json
from base64 import b64decode
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest

import messages
from corrections import FILE, load
from report import canonical
from review import ink
from review.server import Review
from tests.review.folders import filled, served


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("review"))


@pytest.fixture
def ask(folders):
    out, source = folders
    (out / FILE).unlink(missing_ok=True)
    with served(out, source) as serving:
        address = urlsplit(serving.url)

        def answer(path, *, body=None, headers=None, token=address.path):
            connection = http.client.HTTPConnection(address.netloc, timeout=60)
            method = "GET" if body is None else "POST"
            given = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, f"{token}{path}", body=body, headers={**given, **(headers or {})})
            response = connection.getresponse()
            data = response.read()
            connection.close()
            if response.headers.get_content_type() == "application/json":
                return response.status, json.loads(data)
            return response.status, data.decode(), response.headers

        yield answer


MISPRINT = "镇/misprint.docx"


def decide(ask, **given):
    """Decide about the report as it is now, unless `seen` says otherwise."""
    body = {"name": MISPRINT, "id": "", "act": "signed", "new": None, "seen": seen(ask), **given}
    return ask("decide", body=json.dumps(body))


def seen(ask):
    return ask(f"report?name={quote(MISPRINT)}")[1]["seen"]


@contextmanager
def changed(folders, **members):
    """Change a report's JSON for as long as the block runs, as converting anew could."""
    path = folders[0] / f"{MISPRINT}.json"
    before = path.read_bytes()
    data = json.loads(before)
    data["values"].update(members.get("values", {}))
    data["source"].update(members.get("source", {}))
    path.write_bytes(canonical(data))
    try:
        yield
    finally:
        path.write_bytes(before)


def doubted(report):
    return [value_id for value_id, value in report["values"].items() if value["codes"]]


def test_the_worst_report_comes_first(ask):
    status, queue = ask("queue")
    assert (status, queue["who"]) == (200, "核对员")
    assert [one["name"] for one in queue["reports"]] == [MISPRINT, "clean.pdf"]
    assert queue["reports"][0]["doubts"] > 0


def test_a_report_is_told_with_its_form_its_words_and_its_sums(ask):
    status, report = ask(f"report?name={quote(MISPRINT)}")
    assert status == 200
    assert (report["has_source"], report["edition"]) == (True, "2021")
    assert len(report["values"]) == 200
    (value_id, *_) = doubted(report)
    assert "source.sum" in report["values"][value_id]["codes"]
    assert report["values"][value_id]["where"][0].startswith(("二", "三", "四"))
    assert any(
        value_id in (*one["left"], *one["right"]) for one in report["sums"] if one["verdict"] == "fails"
    )
    shown = {cell["id"] for table in report["tables"] for cell in table["cells"] if cell["id"]}
    assert shown == set(report["values"])


def test_a_correction_stands_in_the_folder_with_who_and_when_and_can_be_withdrawn(ask, folders):
    _, before = ask(f"report?name={quote(MISPRINT)}")
    (value_id, *_) = doubted(before)
    old = before["values"][value_id]["number"]
    status, after = decide(ask, act="corrected", id=value_id, new=old + 5)
    assert (status, after["decisions"][value_id]["new"]) == (200, old + 5)
    (line,) = (folders[0] / FILE).read_bytes().splitlines()
    written = json.loads(line)
    assert (written["who"], written["old"], written["new"]) == ("核对员", old, old + 5)
    assert written["when"].endswith("+00:00")
    _, again = decide(ask, act="withdrawn", id=value_id)
    assert again["decisions"] == {}
    assert len((folders[0] / FILE).read_bytes().splitlines()) == 2


def test_signing_off_is_kept(ask, folders):
    _, report = decide(ask)
    assert report["signed"]["who"] == "核对员"
    assert load(folders[0]).of(MISPRINT, report["sha256"]).signature is not None
    (about, _) = ask("queue")[1]["reports"]
    assert about["signed"] == "核对员"


def test_a_signature_ends_when_any_number_is_another(ask, folders):
    _, report = decide(ask)
    value_id = next(one for one, value in report["values"].items() if not value["codes"])
    with changed(folders, values={value_id: 999}):
        _, now = ask(f"report?name={quote(MISPRINT)}")
        assert (now["signed"], now["unapplied"]) == (None, 1)
        assert ask("queue")[1]["reports"][0]["signed"] is None


def test_a_decision_about_what_is_no_longer_there_is_refused_and_not_written(ask, folders):
    before = seen(ask)
    value_id = doubted(ask(f"report?name={quote(MISPRINT)}")[1])[0]
    for members in ({"values": {value_id: 100}}, {"source": {"sha256": "f" * 64}}):
        with changed(folders, **members):
            for act, about in (("accepted", value_id), ("signed", "")):
                status, answer = decide(ask, act=act, id=about, seen=before)
                assert (status, answer["changed"]) == (409, True)
    assert decide(ask, act="signed", seen=None)[0] == 409
    assert not (folders[0] / FILE).exists()


def test_two_people_never_decide_over_each_other_unseen(ask, folders):
    _, report = ask(f"report?name={quote(MISPRINT)}")
    value_id = doubted(report)[0]
    before = seen(ask)
    assert decide(ask, act="corrected", id=value_id, new=555)[0] == 200
    assert decide(ask, act="accepted", id=value_id, seen=before)[0] == 409
    assert decide(ask, act="signed", seen=before)[0] == 409
    found = load(folders[0]).of(MISPRINT, report["sha256"])
    assert (found.of_values[value_id].new, found.signature) == (555, None)


def test_a_decision_about_another_number_is_shown_as_none(ask, folders):
    _, report = ask(f"report?name={quote(MISPRINT)}")
    value_id = doubted(report)[0]
    decide(ask, act="corrected", id=value_id, new=4321)
    assert ask("queue")[1]["reports"][0]["decided"] == 1
    with changed(folders, values={value_id: report["values"][value_id]["number"] + 1}):
        _, now = ask(f"report?name={quote(MISPRINT)}")
        assert (now["decisions"], now["unapplied"]) == ({}, 1)
        assert ask("queue")[1]["reports"][0]["decided"] == 0


def test_only_a_source_of_the_same_content_is_shown(ask, folders):
    file = folders[1] / MISPRINT
    data = file.read_bytes()
    assert ask(f"report?name={quote(MISPRINT)}")[1]["has_source"] is True
    file.write_bytes(data + b" ")
    try:
        assert ask(f"report?name={quote(MISPRINT)}")[1]["has_source"] is False
        assert ask(f"grids?name={quote(MISPRINT)}")[0] == 404
    finally:
        file.write_bytes(data)
    assert ask(f"report?name={quote(MISPRINT)}")[1]["has_source"] is True


def test_one_file_is_the_source_of_its_own_report_only(folders):
    out, source = folders
    review = Review(out=out, source=source / "clean.pdf", who="核对员", messages=messages.load("zh"))
    assert review.report("clean.pdf")["has_source"] is True
    assert review.report(MISPRINT)["has_source"] is False


def test_in_a_folder_of_the_output_the_one_layer_is_used(folders):
    out, source = folders
    (out / FILE).unlink(missing_ok=True)
    review = Review(out=out / "镇", source=source, who="核对员", messages=messages.load("zh"))
    (entry,) = review.queue()
    review.decide({"name": entry.name, "id": "", "act": "signed", "seen": review.report(entry.name)["seen"]})
    assert not (out / "镇" / FILE).exists()
    assert load(out).of(entry.name, entry.sha256).signature is not None


def test_a_report_that_is_gone_is_told(ask, folders):
    ask("queue")
    path = folders[0] / f"{MISPRINT}.json"
    path.rename(folders[0] / "gone")
    try:
        for what in ("report", "grids"):
            status, answer = ask(f"{what}?name={quote(MISPRINT)}")
            assert status in (200, 409)
            assert what == "grids" or answer["error"]
    finally:
        (folders[0] / "gone").rename(path)


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("queue?" + "&".join(f"a{number}=1" for number in range(9)), {}),
        ("decide", {"body": "{}", "headers": {"Content-Length": "²"}}),
        ("decide", {"body": "[" * 60_000}),
        ("decide", {"body": '{"name": ' + "1" * 5000 + "}"}),
    ],
)
def test_what_is_no_request_is_answered_all_the_same(ask, path, given):
    status, answer = ask(path, **given)
    assert status in (400, 413)
    assert answer["error"]


def test_a_module_in_the_folder_one_stands_in_is_never_run(folders, tmp_path, monkeypatch):
    (tmp_path / "review.py").write_text("import pathlib; pathlib.Path('ran').touch()", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert ink.page(folders[1] / "clean.pdf", 1)["png"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../../etc/passwd"},
        {"name": 3},
        {"act": "erased"},
        {"act": "corrected", "id": "no.such.value", "new": 1},
        {"act": "signed", "id": "requests.received.total"},
        {"act": "corrected", "id": "requests.received.total", "new": "1"},
        {"act": "corrected", "id": "requests.received.total", "new": True},
        {"act": "corrected", "id": "requests.received.total", "new": 1e300},
        {"act": "accepted", "id": ""},
    ],
)
def test_a_decision_about_nothing_is_refused_and_not_written(ask, folders, wrong):
    status, answer = decide(ask, **wrong)
    assert status in (400, 404)
    assert answer["error"]
    assert not (folders[0] / FILE).exists()


@pytest.mark.parametrize("token", ["/", "/wrong/", "//"])
def test_without_the_token_nothing_is_answered(ask, token):
    for path in ("", "queue", f"report?name={quote(MISPRINT)}"):
        assert ask(path, token=token)[0] == 403
    assert ask("decide", body="{}", token=token)[0] == 403


def test_another_hosts_name_for_this_machine_is_refused(ask):
    assert ask("queue", headers={"Host": "evil.example:80"})[0] == 403


def test_a_request_that_a_form_of_another_site_could_send_is_refused(ask):
    body = json.dumps({"name": MISPRINT, "id": "", "act": "signed"})
    assert ask("decide", body=body, headers={"Content-Type": "text/plain"})[0] == 415
    assert ask("decide", body=body, headers={"Content-Length": "99999999"})[0] == 413


@pytest.mark.parametrize("name", ["../in/clean.pdf", "/etc/passwd", "镇/../clean.pdf", "clean.pdf\0", ""])
def test_no_file_beside_the_queue_is_shown(ask, name):
    for path in ("report", "page", "grids"):
        assert ask(f"{path}?page=1&name={quote(name)}")[0] == 404


def test_the_page_loads_nothing_and_runs_its_own_script_only(ask):
    status, page, headers = ask("")
    assert status == 200
    policy = headers["Content-Security-Policy"]
    nonce = policy.split("script-src 'nonce-")[1].split("'")[0]
    assert "default-src 'none'" in policy
    assert page.count(f'nonce="{nonce}"') == 2
    assert "http://" not in page
    assert "https://" not in page
    assert nonce not in ask("")[1]


def test_the_page_of_a_pdf_is_shown_with_its_size_in_points(ask):
    status, ink = ask("page?name=clean.pdf&page=1")
    assert status == 200
    assert 590 < ink["width"] < 600
    assert b64decode(ink["png"]).startswith(b"\x89PNG")
    assert ask("page?name=clean.pdf&page=99")[0] == 409
    assert ask("page?name=clean.pdf&page=x")[0] == 400


def test_the_tables_of_a_file_without_pages_are_shown_with_their_places(ask):
    _, report = ask(f"report?name={quote(MISPRINT)}")
    _, grids = ask(f"grids?name={quote(MISPRINT)}")
    places = [tuple(cell["place"].values()) for grid in grids for cell in grid["cells"] if cell["place"]]
    value = report["values"][doubted(report)[0]]
    assert tuple(value["place"].values()) in places


def test_without_the_source_the_form_is_still_shown(folders):
    out, _ = folders
    with served(out, None) as serving:
        address = urlsplit(serving.url)
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        connection.request("GET", f"{address.path}report?name=clean.pdf")
        assert json.loads(connection.getresponse().read())["has_source"] is False
        connection.close()
