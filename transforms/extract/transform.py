"""The door of the extract room: Page -> Article in isolated processes."""

import functools
from dataclasses import dataclass, field
from typing import Any

import apache_beam as beam

from schemas.records import Article, Page
from transforms.extract.article import MIN_CHARS
from transforms.extract.worker import extract_in_worker, prepare
from transforms.processes import PoolConfig, available_cores, connect_pool
from transforms.routing import FutureMapOrReject, as_item_error


@dataclass(eq=False)
class ExtractArticles(beam.PTransform):
    """Page -> Article: text and metadata of each page.

    In: PCollection[Page]. Out: `.ok` PCollection[Article] (untagged), `.rejects` PCollection[Reject] (stage "extract").
    A page with fewer than `min_chars` code points of text is a reject, reason `no_text`; one that takes longer than `timeout_s`
    seconds or more than `memory_bytes` of address space is `extract_timeout` or `extract_memory`; the pass goes on.
    """

    min_chars: int = MIN_CHARS
    processes: int = field(default_factory=available_cores)
    timeout_s: float = 30.0
    memory_bytes: int = 2 << 30

    def __post_init__(self) -> None:
        if self.min_chars < 1:
            raise ValueError(f"min_chars must be at least 1, not {self.min_chars}")

    def expand(self, pages: Any) -> Any:
        pool = PoolConfig(prepare, self.processes, self.timeout_s, self.memory_bytes, tasks_per_process=2000, quiet=True)
        connect = functools.partial(connect_pool, pool, functools.partial(extract_in_worker, min_chars=self.min_chars))
        return pages | "Extract" >> FutureMapOrReject("extract", connect, Article, max_in_flight=8 * self.processes)


def extract_isolated(page: Page, *, min_chars: int = MIN_CHARS, timeout_s: float = 30.0) -> Article:
    """`extract_article` of one page outside a pipeline, in a process of its own with the same limits. Raises `ItemError`."""
    pool = PoolConfig(prepare, 1, timeout_s, ExtractArticles.memory_bytes, quiet=True)
    try:
        article: Article = connect_pool(pool, functools.partial(extract_in_worker, min_chars=min_chars))(page).result()
    except Exception as error:
        raise as_item_error("extract", error) from error
    return article
