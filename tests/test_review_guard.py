"""Who may ask: loopback, the token, Host and Origin; what every answer says to the browser."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from pipeline.cli import app as command
from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.review.app import create_app
from pipeline.review.guard import Guard
from pipeline.review.room import Room
from pipeline.review.serve import TOKEN as VARIABLE
from pipeline.review.serve import choose_address
from tests.review_rooms import HOST, PORT, TOKEN, client_of, make_room, only_id

OWN = "a1b2c3d4e5f6a7b8"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Room:
    return make_room(tmp_path_factory.mktemp("room"), settings)


def stranger(room: Room, **headers: str) -> TestClient:
    guarded = Guard(create_app(room), TOKEN, frozenset({HOST}))
    return TestClient(guarded, base_url=f"http://{HOST}", headers=headers, follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/overview", "/nope"])
def test_nothing_is_shown_without_the_token(room: Room, path: str) -> None:
    for client in (stranger(room), stranger(room, cookie=f"gongwen_{PORT}=wrong")):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "关于" not in answer.text
    assert stranger(room).get("/?token=wrong").status_code == 403
    assert stranger(room).get("/?token=").status_code == 403


def test_the_token_moves_from_the_address_into_a_cookie(room: Room) -> None:
    answer = stranger(room).get(f"/overview?token={TOKEN}&x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/overview?x=1"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert cookie.startswith(f"gongwen_{PORT}={TOKEN};")


@pytest.mark.parametrize("path", ["//evil.example/", "/%2f%2fevil.example", "/\\evil.example"])
def test_the_way_in_leads_nowhere_else(room: Room, path: str) -> None:
    answer = stranger(room).get(f"http://{HOST}{path}?token={TOKEN}")
    assert re.match(r"/(?![/\\])", answer.headers["location"])


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8417", "127.0.0.1:80", "", f"{HOST}."]
)
def test_another_host_is_not_served(room: Room, host: str) -> None:
    answer = client_of(room).get("/", headers={"host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("path", ["/tables", "/teach", "/d/{doc}/correct"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"https://{HOST}"},
        {"origin": ""},
        {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"},
        {"origin": f"http://{HOST}", "sec-fetch-site": "same-site"},
    ],
)
def test_only_a_page_of_this_server_changes_anything(
    room: Room, path: str, headers: dict[str, str]
) -> None:
    answer = client_of(room).post(path.format(doc=only_id(room)), content=b"{}", headers=headers)
    assert answer.status_code == 403


def test_too_much_is_refused(room: Room) -> None:
    answer = client_of(room).post(f"/d/{only_id(room)}/correct", content=b"x" * (5 << 20))
    assert answer.status_code == 413


def test_every_answer_binds_the_browser(room: Room) -> None:
    client, doc = client_of(room), only_id(room)
    answers = [client.get(p) for p in ("/", f"/d/{doc}", "/static/page.js", f"/d/{doc}/picture/1")]
    for answer in [*answers, stranger(room).get("/"), client.get("/nope")]:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] in ("no-store", "private, max-age=600")
        assert "server" not in answer.headers
    # What the policy forbids is not there: no script, style or handler inside a page.
    for answer in answers[:2]:
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", answer.text)
        assert not re.search(r"(src|href|action)=\"(?!/|#|data:,)", answer.text)


@pytest.mark.parametrize("name", ["", "%2e%2e", "%2e%2e/pages.py", "htmx.LICENSE", "x.js"])
def test_only_named_files_are_given(room: Room, name: str) -> None:
    assert client_of(room).get(f"/static/{name}").status_code in (404, 405)


def test_elsewhere_needs_a_token_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(UsageError, match="token of your own"):
        choose_address("192.168.1.5", PORT)
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(UsageError, match="letters and digits"):
        choose_address("192.168.1.5", PORT)
    monkeypatch.setenv(VARIABLE, OWN)
    with pytest.raises(UsageError, match="no address"):
        choose_address("0.0.0.0", PORT)  # noqa: S104 - to be refused
    assert choose_address("192.168.1.5", PORT).hosts == {"192.168.1.5:8417"}


def test_loopback_has_a_new_token_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    one, two = choose_address("127.0.0.1", PORT), choose_address("127.0.0.1", PORT)
    assert one.token != two.token
    assert len(one.token) >= 32
    assert choose_address("::1", PORT).url.startswith("http://[::1]:8417/?token=")


def test_a_port_that_is_taken_is_said(room: Room) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        out = str(room.library.out)
        done = CliRunner().invoke(command, ["review", out, "--no-browser", "--port", port])
    assert isinstance(done.exception, UsageError)
    assert "another port" in str(done.exception)


def test_the_command_serves_until_it_is_interrupted(room: Room) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["review", str(room.library.out), "--no-browser", "--port", str(port)]
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            assert url.startswith(f"http://127.0.0.1:{port}/?token=")
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            page = opener.open(url, timeout=30).read().decode()
            assert "关于分解重点任务的通知" in page
        finally:
            server.send_signal(signal.SIGINT)
            _, said = server.communicate(timeout=30)
    assert server.returncode == 0, (server.returncode, said)
    assert "The tables lack" not in said


def test_golden_tells_what_is_not_reviewed(room: Room, tmp_path: Path) -> None:
    out = str(room.library.out)
    done = CliRunner().invoke(command, ["golden", out, "notice.pdf"])
    assert "not reviewed" in str(done.exception)
    target = tmp_path / "truth.json"
    asked = ["golden", out, "notice.pdf", "--unreviewed", "-o", str(target)]
    assert CliRunner().invoke(command, asked).exit_code == 0
    assert '"第8项工作"' in target.read_text(encoding="utf-8")
