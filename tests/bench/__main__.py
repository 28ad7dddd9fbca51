"""Benchmarks: ratios of whole processes in one run, never asserted in tests. `python -m tests.bench [--smoke]`.

A pass (feeds, fetching over loopback, extraction, tagging, Parquet) against the plain script over the same pages, in turn.
With `--smoke` one round; the figure to quote is the median of the full run.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.sample.site import render, stories

DATA = Path(os.environ.get("DIBWATCH_EVAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "pages"


def _server(pages: dict[str, bytes]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if name == "feed.json":
                base = f"http://127.0.0.1:{self.server.server_address[1]}"
                items = [{"id": page, "url": f"{base}/news/{page}", "title": ""} for page in pages]
                body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Bench", "items": items}).encode()
                kind = "application/feed+json"
            else:
                body, kind = pages.get(name, b""), "text/html"
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def _tree_cpu_s(root: int) -> dict[int, float]:
    """CPU seconds so far of process `root` and of all its living descendants, by pid. Linux only; elsewhere empty."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        pid = int(stat.parent.name)
        parents[pid], seconds[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descends(pid: int) -> bool:
        while pid in parents and pid != root:
            pid = parents[pid]
        return pid == root

    return {pid: spent for pid, spent in seconds.items() if descends(pid)}


def timed(command: list[str]) -> tuple[float, float]:
    """Wall seconds and CPU seconds of a command with all its processes; its output is shown when it fails."""
    started = time.perf_counter()
    spent: dict[int, float] = {}
    with tempfile.TemporaryFile("w+") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        while process.poll() is None:
            spent.update(_tree_cpu_s(process.pid))
            time.sleep(0.1)
        wall = time.perf_counter() - started
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{output.read()}")
    return wall, sum(spent.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one round")
    rounds = 1 if parser.parse_args().smoke else 5
    with tempfile.TemporaryDirectory() as folder:
        if DATA.is_dir():
            compare(DATA, rounds)
        else:
            print(
                f"no news pages at {DATA} (DIBWATCH_EVAL_DATA names another place): over pages of the sample site, too few to quote"
            )
            write_sample_pages(Path(folder))
            compare(Path(folder), rounds)


def write_sample_pages(folder: Path) -> None:
    """The pages of the sample site, as files of the kind that the labelled pages are."""
    for story in stories():
        if not story.gone:
            (folder / f"{story.slug}.html.gz").write_bytes(gzip.compress(render(story, 0)))


def compare(data: Path, rounds: int) -> None:
    """Print pass and plain script over `data`, in turn, `rounds` times, and the medians."""
    server = _server({path.name.removesuffix(".html.gz"): gzip.decompress(path.read_bytes()) for path in data.glob("*.html.gz")})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    feed = f"http://127.0.0.1:{server.server_address[1]}/feed.json"
    ratios, walls, busy = [], [], []
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as lake:
            ours = [sys.executable, "-m", "pipeline", "run", "--feeds", feed, "--lake", lake]
            wall, cpu = timed([*ours, "--allow_private_hosts", "--host_delay", "0", "--per_host", "8"])
        plain, _ = timed([sys.executable, "-m", "tests.bench.plain", str(data)])
        ratios.append(wall / plain)
        walls.append(wall)
        busy.append(cpu / wall)
        print(
            f"round {number}: pass {wall:.1f} s ({cpu / wall:.2f} cores busy), plain script {plain:.1f} s, ratio {wall / plain:.2f}"
        )
    print(
        f"median: pass {statistics.median(walls):.1f} s, {statistics.median(busy):.2f} cores busy, ratio {statistics.median(ratios):.2f}"
    )
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
