"""Which pages are reprocessed, and that they come back as they were stored."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.lake.examples import T0, page, write_pass
from transforms.lake.lake import open_lake
from transforms.lake.reprocess import newest_pages, read_pages

DAY = timedelta(days=1)


def test_of_each_article_the_page_that_was_fetched_last(tmp_path: Path) -> None:
    first, second = page(1, b"first"), replace(page(1, b"second"), fetched_at=T0 + 3 * DAY)
    others = [page(n, bytes(n)) for n in range(2, 200)]
    write_pass(tmp_path, "r1", [], pages=[first, *others])
    write_pass(tmp_path, "r2", [], pages=[second])
    lake = open_lake(str(tmp_path))
    files = lake.snapshot().files("pages")

    def reprocessed(since: int, until: int) -> list[object]:
        chosen = newest_pages(lake.storage, files, T0 + since * DAY, T0 + until * DAY)
        return sorted((one for rows in chosen for one in read_pages(lake.storage, rows)), key=lambda p: p.entry.url)

    def by_url(pages: list[object]) -> list[object]:
        return sorted(pages, key=lambda p: p.entry.url)

    assert reprocessed(0, 9) == by_url([second, *others])
    assert reprocessed(0, 2) == by_url([*others])  # the older page of an article is never used
    assert reprocessed(2, 9) == [second]
    assert reprocessed(5, 9) == []
    assert newest_pages(lake.storage, [], T0, T0 + DAY) == []
