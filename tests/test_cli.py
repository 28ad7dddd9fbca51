"""What users see when something is wrong: one sentence, the right exit code, no traceback."""

import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import build_parser
from pipeline.progress import OF_TAGGING, progress_line
from schemas.records import Tags
from tests.cli import ROOT, dibwatch
from tests.extract.pages import PARAGRAPH, article_html
from tests.hostile_web import HTML
from tests.loopback import Reply, serve

SEED = (
    "Lukashenko confirmed that Minsk would produce Sukhoi Su-25 aircraft, and that Minsk Automobile Plant makes components for KAMAZ. "
    "The Kremlin wants the Belarusian defense industrial base, the Institute for the Study of War (ISW) said."
)


def _hang_over(item: object, chars: int) -> Tags | None:
    while len(getattr(item, "text", "")) > chars:
        pass
    return Tags()


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
        (["compact", "--lake", "{folder}"], 1, "no lake"),
        (["reprocess", "--lake", "{folder}", "--since", "2027-01-01", "--until", "2026-01-01"], 2, "is after --until 2026-01-01"),
        (["reprocess", "--lake", "{folder}", "--since", "2026-01-01", "--until", "2026-01-01"], 1, "no lake"),
        (["tag", "missing.jsonl"], 2, "missing.jsonl"),
        (["extract", "missing.html", "--url", "https://example.com/"], 2, "missing.html"),
        (["extract", "{file}", "--url", "example"], 2, "--url"),
        (["extract", "{file}", "--url", "https://example.com/"], 1, "no_text"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_errors_are_one_sentence(tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    (tmp_path / "file").write_text("a few words")
    (tmp_path / "folder" / "of others").mkdir(parents=True)
    places = {name: str(tmp_path / name) for name in ("lake", "file", "folder")}
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


def test_a_text_that_takes_too_long_is_one_line_of_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.commands.tag._LIMIT_S", 2.0)
    texts = ["Poland"] * 20 + ["Poland will buy 5 Leopard 2A7 tanks from Rheinmetall of Germany. " * 1500]
    (tmp_path / "texts").write_text("\n".join(json.dumps({"id": n, "text": text}) for n, text in enumerate(texts)))
    args = build_parser().parse_args(["tag", str(tmp_path / "texts")])
    hang = functools.partial(_hang_over, chars=1000)
    monkeypatch.setattr("pipeline.commands.tag._tag", hang)
    assert args.execute(args) == 1
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["id"] for row in rows] == list(range(21))
    assert [row.get("error") for row in rows] == [None] * 20 + [err.strip().removeprefix("dibwatch: ")]
    assert "the id 20 is not tagged: tagging took longer" in err


def test_tag_as_text_for_a_person() -> None:
    done = dibwatch("tag", "--format", "text", stdin=json.dumps({"id": 1, "text": SEED + "\x1b]0;a new title\x07"}))
    assert done.code == 0, done.err
    assert "KAMAZ" in done.out
    assert "\ufffd]0;a new title\ufffd" in done.out  # what steers a terminal is shown, not sent


def test_ctrl_c_in_a_query_is_no_internal_error(tmp_path: Path) -> None:
    assert dibwatch("run", "--feeds", "http://127.0.0.1:9/feed", "--lake", str(tmp_path)).code == 3  # a lake
    script = f"""if True:
        import signal, sys
        from pipeline.analytics import query
        from pipeline.cli import main

        def check(*asked, really=query._check_is_query):
            really(*asked)
            signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGINT))
            signal.setitimer(signal.ITIMER_REAL, 0.3)  # while the query runs, which takes an hour

        query._check_is_query = check
        sys.exit(main(["sql", "SELECT count(*) FROM range(1000000000000) WHERE range % 7 = 3", "--lake", {str(tmp_path)!r}]))
    """
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=120, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "dibwatch: stopped; what was not committed is not in the lake\n")


def test_tag_as_text_says_the_deals() -> None:
    text = "Estonia ordered 12 CAESAR howitzers from KNDS for 50 million euros."
    done = dibwatch("tag", "--format", "text", stdin=json.dumps({"id": 1, "text": text}))
    assert "deal: order · buyer EST · supplier knds · 12 × caesar · 50,000,000 EUR" in done.out


def test_progress_speaks_of_the_stages_that_there_are() -> None:
    tally = {("extract", "out"): 3, ("tag", "out"): 2, ("extract", "rejected_no_text"): 1}
    line = progress_line(tally, (("extract", "of 1,200 stored pages extracted"), OF_TAGGING))
    assert line == "3 of 1,200 stored pages extracted · 2 articles tagged · 1 rejects"
    assert progress_line({}) == "0 feeds polled · 0 new entries · 0 pages fetched · 0 articles tagged · 0 rejects"


def test_lexicon_show_says_what_a_name_needs() -> None:
    done = dibwatch("lexicon", "show", "T-72")
    assert "written 'T-72': needs a word of arms or another name in the text, or a count before it" in done.out
    assert "written 'Rheinmetall': always" in dibwatch("lexicon", "show", "Rheinmetall").out


@pytest.mark.parametrize("command", ["run", "tag", "extract", "sql", "feeds", "lexicon"])
def test_help_has_an_example(command: str) -> None:
    done = dibwatch(command, "--help")
    assert done.code == 0
    assert "example:" in done.out
