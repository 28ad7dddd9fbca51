"""Ctrl-C and SIGTERM in the middle of a pass: it stops, one sentence, nothing of it in the lake, no process left."""

import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli import ROOT
from tests.extract.pages import PARAGRAPH, article_html


@pytest.mark.parametrize(("number", "whole_group"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
@pytest.mark.parametrize("every", [(), ("--every", "30s")])
def test_a_signal_in_mid_pass_stops_it(tmp_path: Path, number: signal.Signals, whole_group: bool, every: tuple[str, ...]) -> None:
    asked, answer = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/feed":
                links = "".join(f"<item><title>t</title><link>/page{n}</link></item>" for n in range(4))
                body = f"<rss version='2.0'><channel><title>t</title>{links}</channel></rss>".encode()
            else:
                if self.path.startswith("/page"):  # the pass is in the middle of fetching for as long as the test likes
                    asked.set()
                    answer.wait(60)
                body = article_html(PARAGRAPH).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [sys.executable, "-m", "pipeline", "run", "--feeds", f"http://127.0.0.1:{server.server_address[1]}/feed", *every]
    with subprocess.Popen(
        [*command, "--lake", str(tmp_path / "lake"), "--allow_private_hosts", "--host_delay", "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert asked.wait(120)
        (os.killpg if whole_group else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=60)
    answer.set()
    server.shutdown()
    server.server_close()
    assert process.returncode == 1
    sentences = [line for line in err.splitlines() if "feeds polled" not in line]
    assert sentences == ["dibwatch: stopped; what was not committed is not in the lake"]
    assert not list((tmp_path / "lake").rglob("*.parquet"))
