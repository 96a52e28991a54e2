"""Tiles: from a file or a real server, kept within bounds; the key never leaves."""

from __future__ import annotations

import io
import logging
import sqlite3
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from dashboard.config.cities import load
from dashboard.config.scenes.model import Base, MapSettings, Overlay, SceneFile, Wall
from dashboard.web.api.map import Ground, tiles_router
from data_sources.maps.cache import TileCache
from data_sources.maps.files import MbTiles, PmTiles
from data_sources.maps.tiles import TileError

KEY = "s3cret-map-key"
#: a tile over Chifeng
Z, X, Y = 9, 425, 189


def png(shade: int = 128) -> bytes:
    """A grey picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes((0, shade))))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def mbtiles(path: Path, format_: str = "png") -> Path:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE metadata (name text, value text)")
        db.execute("INSERT INTO metadata VALUES ('format', ?)", (format_,))
        db.execute(
            "CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)"
        )
        row = (Z, X, (1 << Z) - 1 - Y, png())
        db.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", row)
    db.close()
    return path


def pmtiles(path: Path, kind: TileType = TileType.PNG) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(Z, X, Y), png())
        header = {"tile_type": kind, "tile_compression": Compression.NONE}
        bounds = dict.fromkeys(
            ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7", "center_lon_e7",
             "center_lat_e7", "center_zoom"), 0,
        )  # fmt: skip
        writer.finalize({**header, **bounds}, {})
    return path


@dataclass
class Server:
    """A real tile server; `answers` by path decide, else a picture."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes = field(default_factory=png)
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def tile_server() -> Iterator[Server]:
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def scene_file(base: Base, *overlays: Overlay) -> SceneFile:
    return SceneFile(
        wall=Wall(), map=MapSettings(base=base), overlays=overlays, profiles={}, scenes={}
    )


def client(tmp_path: Path, base: Base, *overlays: Overlay, key: str = KEY) -> TestClient:
    app = FastAPI()
    file = scene_file(base, *overlays)
    app.include_router(tiles_router(Ground(lambda: file, key, tmp_path / "data", load("chifeng"))))
    return TestClient(app)


@pytest.fixture
def words() -> Iterator[io.StringIO]:
    """Every log line of ours and of the libraries, at the finest level."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(out), cache_logger_on_first_use=False
    )
    yield out
    structlog.reset_defaults()
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
def test_a_file_gives_its_tile_and_a_clear_one_elsewhere(tmp_path: Path, kind: str) -> None:
    make = mbtiles if kind == "mbtiles" else pmtiles
    web = client(tmp_path, Base(kind=kind, file=make(tmp_path / f"map.{kind}"), credit="OSM"))
    base = web.get("/map/setup.json").json()["base"]
    assert (base["kind"], base["min_zoom"], base["max_zoom"]) == (kind, Z, Z)
    assert base["credit"] == "OSM"
    there = web.get(f"/map/tiles/{Z}/{X}/{Y}")
    assert (there.status_code, there.content) == (200, png())
    none = web.get(f"/map/tiles/{Z}/{X}/{Y + 1}")
    assert none.status_code == 200
    assert none.headers["content-type"] == "image/png"
    assert none.content != png()
    assert web.get("/map/tiles/3/99/0").content == none.content


def test_vector_tiles_and_broken_files_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(TileError, match="vector tiles"):
        MbTiles(mbtiles(tmp_path / "v.mbtiles", "pbf"))
    with pytest.raises(TileError, match="vector tiles"):
        PmTiles(pmtiles(tmp_path / "v.pmtiles", TileType.MVT))
    (tmp_path / "no").write_bytes(b"not a map at all" * 20)
    with pytest.raises(TileError, match="not an MBTiles file"):
        MbTiles(tmp_path / "no")
    with pytest.raises(TileError, match="not a PMTiles file"):
        PmTiles(tmp_path / "no")
    web = client(tmp_path, Base(kind="pmtiles", file=tmp_path / "no"))
    assert web.get("/map/setup.json").json()["base"] == {"kind": "none", "bad": True}
    assert web.get(f"/map/tiles/{Z}/{X}/{Y}").status_code == 200


def test_a_server_is_asked_once_and_the_key_stays(tmp_path: Path, words: io.StringIO) -> None:
    with tile_server() as server:
        base = Base(kind="xyz", url=server.url + "/t/{z}/{x}/{y}.png?tk={key}")
        web = client(tmp_path, base)
        answers = [web.get(f"/map/tiles/{Z}/{X}/{Y}") for _ in range(3)]
        assert [a.content for a in answers] == [png()] * 3
        assert server.asked == [f"/t/{Z}/{X}/{Y}.png?tk={KEY}"]
        # the other side of the world, and what is no tile at all
        for path in (f"{Z}/10/10", "3/9/9", f"{Z}/{X}/-1", "30/1/1"):
            assert web.get(f"/map/tiles/{path}").status_code == 200
        assert len(server.asked) == 1
        server.status = 500
        bad = web.get(f"/map/tiles/{Z}/{X + 1}/{Y}")
        assert bad.status_code == 502
        assert web.get(f"/map/tiles/{Z}/{X + 1}/{Y}").status_code == 502
        assert len(server.asked) == 2
        setup = web.get("/map/setup.json")
    # no server any more: what is kept is still shown
    web = client(tmp_path, base)
    assert web.get(f"/map/tiles/{Z}/{X}/{Y}").content == png()
    gone = web.get(f"/map/tiles/{Z}/{X}/{Y + 1}")
    assert gone.status_code == 502
    shown = [*(str(a.headers) + a.text for a in (*answers, bad, gone, setup)), words.getvalue()]
    assert "tile not had" in words.getvalue()
    assert not [text for text in shown if KEY in text or "/t/" in text]


def test_only_pictures_of_the_same_host_are_taken(tmp_path: Path) -> None:
    with tile_server() as server, tile_server() as other:
        web = client(tmp_path, Base(kind="xyz", url=server.url + "/{z}/{x}/{-y}"))
        server.status, server.headers = 302, {"Location": other.url + "/x"}
        assert web.get(f"/map/tiles/{Z}/{X}/{Y}").status_code == 502
        server.status, server.headers, server.body = 200, {}, b"<html>please sign in</html>"
        assert web.get(f"/map/tiles/{Z}/{X + 1}/{Y}").status_code == 502
        server.body = png() + bytes(1_000_001)
        assert web.get(f"/map/tiles/{Z}/{X + 2}/{Y}").status_code == 502
        server.status, server.body = 404, b"none"
        assert web.get(f"/map/tiles/{Z}/{X}/{Y + 1}").status_code == 200
        assert other.asked == []
        assert server.asked[0] == f"/{Z}/{X}/{(1 << Z) - 1 - Y}"


def test_a_template_with_a_key_needs_one(tmp_path: Path) -> None:
    base = Base(kind="wmts", url="https://127.0.0.1/{z}/{x}/{y}?tk={key}")
    assert client(tmp_path, base, key="").get("/map/setup.json").json()["base"]["bad"] is True


def test_the_disk_is_bounded(tmp_path: Path) -> None:
    kept = TileCache(tmp_path, most=200_000)
    for n in range(100):
        kept.put(f"9/1/{n}", bytes(10_000))
    held = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in held) <= 230_000
    assert kept.get("9/1/99") is not None
    assert kept.get("9/1/0") is None
