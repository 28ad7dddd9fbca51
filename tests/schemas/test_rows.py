"""Rows of the lake and the records that they come from."""

import itertools
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Entry, RunInfo
from schemas.rows import (
    ROW_OF,
    article_row,
    entry_from_row,
    feed_state_from_row,
    page_from_row,
    page_row,
    poll_row,
    run_row,
)
from schemas.sentences import sentence_starts
from schemas.tables import SCHEMA_VERSION, TABLES, version_of
from tests.lake.examples import T0, article, page, poll, reject, sightings, summary

RUN = RunInfo("r1", "0.1.0")


def through_arrow(table: str, row: dict[str, object]) -> dict[str, object]:
    (back,) = pa.Table.from_pylist([row], schema=TABLES[table].schema).to_pylist()
    return back


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("articles", article(1)),
        ("pages", page(1)),
        ("polls", poll()),
        ("rejects", reject(1)),
        ("sightings", sightings([article(1)])[0]),
    ],
)
def test_a_row_has_exactly_the_columns_of_its_table(table: str, record: object) -> None:
    assert set(ROW_OF[table](record, RUN)) == set(TABLES[table].schema.names)


def test_a_page_comes_back_as_it_went() -> None:
    stored = page(7, body=b"\x00\xff not utf-8 \xd0")
    assert page_from_row(through_arrow("pages", page_row(stored, RUN))) == stored


def test_the_state_of_a_feed_comes_back_from_its_poll() -> None:
    done = poll(failures=3, newest_entry_at=T0, entries_per_day=1.5, moved_to="https://x.example/", moved_count=1)
    assert feed_state_from_row(through_arrow("polls", poll_row(done, RUN))) == done.state


def test_columns_that_an_older_row_lacks_take_the_default() -> None:
    assert entry_from_row({"url": "https://a.example/", "url_key": "0" * 32, "guid": None}) == Entry(
        "https://a.example/", "0" * 32, ()
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@given(
    st.builds(
        Entry,
        url=texts,
        url_key=texts,
        feed_urls=st.lists(texts, max_size=3).map(tuple),
        title=texts,
        summary=texts,
        content_html=texts,
        authors=st.lists(texts, max_size=3).map(tuple),
        published_at=moments,
        updated_at=moments,
    )
)
def test_an_entry_survives_the_lake(entry: Entry) -> None:
    stored = pa.array([{name: getattr(entry, name) for name in Entry.__slots__}], TABLES["pages"].schema.field("entry").type)
    assert entry_from_row(stored.to_pylist()[0]) == entry


def test_a_mention_knows_its_sentence() -> None:
    row = article_row(article(1), RUN)
    assert [(m["text"], m["sentence"]) for m in row["mentions"]] == [
        ("Kyiv", 0),
        ("Patriot", 0),
        ("Lockheed Martin", 1),
        ("Poland", 2),
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", [""]),
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("The U.S. Army met J. Smith and Gen. Brown. It ended.", ["The U.S. Army met J. Smith and Gen. Brown. ", "It ended."]),
        ("“We will.” He left.\nНовий рядок. Далі", ["“We will.” ", "He left.\n", "Новий рядок. ", "Далі"]),
        ("It cost 3.5 billion. 40 were built.", ["It cost 3.5 billion. ", "40 were built."]),
        ("\n\nHeading\n\n", ["\n\n", "Heading\n\n"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    starts = [*sentence_starts(text), len(text)]
    assert [text[a:b] for a, b in itertools.pairwise(starts)] == sentences


@given(st.text(st.sampled_from("aA.! \n”"), max_size=40))
def test_sentence_starts_rise_from_zero(text: str) -> None:
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert all(start < len(text) for start in starts[1:])


def test_the_row_of_a_run_adds_up() -> None:
    row = through_arrow("runs", run_row(summary("r9", articles=3), sequence=4))
    (count,) = row["counts"]
    assert count["in"] == count["out"] + count["rejected"] + count["dropped"] == 3
    assert row["sequence"] == 4
    assert row["versions"]["schema"] == SCHEMA_VERSION
    assert row["finished_at"] - row["started_at"] == timedelta(seconds=5)


def test_every_schema_tells_its_version() -> None:
    assert {version_of(table.schema) for table in TABLES.values()} == {SCHEMA_VERSION}
    assert version_of(pa.schema([])) == 0


@pytest.mark.parametrize("text", ["." * 100_000, '.…"' * 30_000, " " * 100_000])
def test_no_run_of_marks_makes_the_search_for_sentences_run_away(text: str) -> None:
    assert len(sentence_starts(text)) == 1  # the test's own time limit is the measure


def test_sentences_of_scripts_without_capitals() -> None:
    assert len(sentence_starts("현대로템이 전차를 인도했다. 국방부는 답하지 않았다.")) == 2
    assert len(sentence_starts("هل وصلت الطائرات؟ قال الوزير نعم.")) == 2
