"""The report counts stories, so that a reprint adds nothing but a source."""

import re
from dataclasses import replace
from pathlib import Path

from pipeline.analytics.report import write_report
from tests.lake.examples import T0, article, write_pass
from transforms.lake.lake import open_lake


def rows_of(page: str, title: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    table = page[page.index(f"<h2>{title}</h2>") :].partition("</table>")[0]
    return [re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", row) for row in table.split("</tr>")[1:-1]]


def test_a_reprint_adds_a_source_and_neither_a_story_nor_a_deal(tmp_path: Path) -> None:
    reprint = article(1, source="other.example", story_id=article(0).article_id)
    write_pass(tmp_path, "r1", [article(0), reprint, article(2)])
    page = write_report(open_lake(str(tmp_path)), T0, 30)
    assert rows_of(page, "Companies") == [["Lockheed Martin", "USA", "2", "2"]]
    assert rows_of(page, "Countries") == [["Poland", "2", "1.0"], ["Ukraine", "2", "1.0"]]
    deals = rows_of(page, "Deals")
    assert [row[0] for row in deals] == ["2026-03-01 09:02", "2026-03-01 09:00"]
    assert deals[0][1:] == ["contract", "Poland", "Lockheed Martin", "", "4", "90,000,000.0", "USD", "Kyiv received four l"]


def test_two_deals_of_a_story_are_two(tmp_path: Path) -> None:
    one = article(1)
    tags = replace(one.tags, deals=(one.tags.deals[0], replace(one.tags.deals[0], quantity=5)))
    write_pass(tmp_path, "r1", [replace(one, tags=tags)])
    assert [row[5] for row in rows_of(write_report(open_lake(str(tmp_path)), T0, 30), "Deals")] == ["4", "5"]
