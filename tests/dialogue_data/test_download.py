"""A corpus that is fetched is the one that was meant, or is not there at all."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from dialogue_data.download import CHATBOT_DATA, Published, download
from dialogue_data.errors import CorpusError

CONTENT = "Q,A,label\n안녕,안녕하세요.,0\n".encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_there = self.path == "/corpus.csv"
        self.send_response(200 if is_there else 404)
        self.end_headers()
        self.wfile.write(CONTENT if is_there else b"")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def published() -> Iterator[Published]:
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Published(
            url=f"http://127.0.0.1:{server.server_port}/corpus.csv",
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            size_bytes=len(CONTENT),
            licence="MIT",
        )
        server.shutdown()


def test_what_is_fetched_is_what_was_published(published: Published, tmp_path: Path) -> None:
    download(published, tmp_path / "new" / "corpus.csv")
    assert (tmp_path / "new" / "corpus.csv").read_bytes() == CONTENT


def test_another_file_in_its_place_is_refused(published: Published, tmp_path: Path) -> None:
    (tmp_path / "corpus.csv").write_text("old")
    changed = [replace(published, sha256="0" * 64), replace(published, size_bytes=5)]
    for other, complaint in zip(changed, (f"SHA-256 {published.sha256}, expected", "found 6 bytes"), strict=True):
        with pytest.raises(CorpusError, match=complaint):
            download(other, tmp_path / "corpus.csv")
    assert (tmp_path / "corpus.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_without_a_network_it_says_what_to_do(published: Published, tmp_path: Path) -> None:
    for url, complaint in (
        (
            "http://127.0.0.1:9/corpus.csv",
            r"cannot be reached \(.*\)\. Is there a network\? Otherwise fetch it on another",
        ),
        (published.url + "x", r"the server answers 404 .*\. Otherwise fetch it on another machine"),
    ):
        with pytest.raises(CorpusError, match=complaint):
            download(replace(published, url=url), tmp_path / "corpus.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_no_file_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a regular file"):
        download(CHATBOT_DATA, tmp_path)
