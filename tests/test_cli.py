"""What users see when something is wrong: one sentence, the right exit code, no traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import ROOT, dibwatch
from tests.extract.pages import PARAGRAPH, article_html
from tests.hostile_web import HTML
from tests.loopback import Reply, serve

SEED = (
    "Lukashenko confirmed that Minsk would produce Sukhoi Su-25 aircraft, and that Minsk Automobile Plant makes components for KAMAZ. "
    "The Kremlin wants the Belarusian defense industrial base, the Institute for the Study of War (ISW) said."
)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "--lake", "x"], 2, "--feeds"),
        (["run", "--feeds", "missing.opml", "--lake", "{lake}"], 2, "missing.opml"),
        (["run", "--feeds", "ftp://example.com/feed", "--lake", "{lake}"], 2, "ftp"),
        (["run", "--feeds", "http://127.0.0.1:9/feed", "--lake", "{lake}", "--runer", "DirectRunner"], 2, "--runner"),
        (["run", "--feeds", "http://127.0.0.1:9/feed", "--lake", "{lake}", "--every", "soon"], 2, "10m"),
        (["run", "--feeds", "http://127.0.0.1:9/feed", "--lake", "{lake}"], 3, ""),
        (["run", "--feeds", "http://127.0.0.1:9/feed", "--lake", "{file}"], 1, "lake"),
        (["sql", "SELECT 1", "--lake", "{lake}/none"], 1, "no lake"),
        (["tag", "missing.jsonl"], 2, "missing.jsonl"),
        (["extract", "missing.html", "--url", "https://example.com/"], 2, "missing.html"),
        (["extract", "{file}", "--url", "example"], 2, "--url"),
        (["extract", "{file}", "--url", "https://example.com/"], 1, "no_text"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_errors_are_one_sentence(tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    (tmp_path / "file").write_text("a few words")
    places = {"lake": str(tmp_path / "lake"), "file": str(tmp_path / "file")}
    done = dibwatch(*(argument.format(**places) for argument in arguments))
    assert done.code == code, done.err
    assert says in done.err
    assert "Traceback" not in done.err
    if code != 3:
        assert len(done.err.strip().splitlines()) == 1, done.err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_stops_no_pass(tmp_path: Path, closed: str) -> None:
    items = "<item><title>t</title><link>/a</link></item>"
    feed, page = f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>", article_html(PARAGRAPH)
    with serve(lambda request: Reply(body=(feed if request.path == "/feed" else page).encode(), headers=HTML)) as site:
        run = [
            sys.executable,
            "-m",
            "pipeline",
            "run",
            "--feeds",
            site.url("/feed"),
            "--lake",
            str(tmp_path),
            "--allow_private_hosts",
        ]
        done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *run], cwd=ROOT, timeout=120, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(dibwatch("sql", "SELECT count(*) AS n FROM articles", "--lake", str(tmp_path), "--format", "json").out)


def test_tag_answers_each_line_in_order() -> None:
    lines = [json.dumps({"id": n, "text": f"{SEED} {n}", "title": "News"}) for n in range(40)]
    done = dibwatch("tag", "-", stdin="\n".join(lines))
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [row["id"] for row in rows] == list(range(40))
    found = {(m["label"], m["text"], m["iso3"]) for m in rows[7]["mentions"]}
    assert {
        ("PLATFORM", "Sukhoi Su-25", "RUS"),
        ("COMPANY", "KAMAZ", "RUS"),
        ("COMPANY", "Minsk Automobile Plant", "BLR"),
    } <= found
    assert ("METONYM", "Kremlin", "RUS") in found
    assert all(f"{SEED} 7"[m["start"] : m["end"]] == m["text"] for m in rows[7]["mentions"])
    assert {country["iso3"] for country in rows[7]["countries"]} >= {"BLR", "RUS"}


def test_tag_says_what_is_wrong_with_a_line_and_goes_on() -> None:
    done = dibwatch("tag", stdin='{"id": 1, "text": "Poland"}\nnonsense\n{"id": 3}\n{"id": 4, "text": "\\ud800 Russia"}\n')
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert [row["id"] for row in rows] == [1, None, None, 4]
    assert "line 2" in rows[1]["error"]


def test_no_line_ends_the_command() -> None:
    lines = [
        "[" * 100_000,
        '{"id": "\\ud800", "text": "Germany", "language": "\\ud800"}',
        '{"id": 3, "text": "Poland", "title": "\\ud800"}',
    ]
    done = dibwatch("tag", stdin="\n".join(lines))
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert [[m["iso3"] for m in row.get("mentions", ())] for row in rows] == [[], ["DEU"], ["POL"]]


def test_tag_as_text_for_a_person() -> None:
    done = dibwatch("tag", "--format", "text", stdin=json.dumps({"id": 1, "text": SEED}))
    assert done.code == 0, done.err
    assert "KAMAZ" in done.out


def test_tag_as_text_says_the_deals() -> None:
    text = "Estonia ordered 12 CAESAR howitzers from KNDS for 50 million euros."
    done = dibwatch("tag", "--format", "text", stdin=json.dumps({"id": 1, "text": text}))
    assert "deal: order · buyer EST · supplier knds · 12 × caesar · 50,000,000 EUR" in done.out


@pytest.mark.parametrize("command", ["run", "tag", "extract", "sql"])
def test_help_has_an_example(command: str) -> None:
    done = dibwatch(command, "--help")
    assert done.code == 0
    assert "example:" in done.out
