"""The door of the tag room: Article -> tagged Article, on every core."""

import functools
from dataclasses import dataclass, field
from typing import Any

import apache_beam as beam

from schemas.records import Article
from transforms.processes import PoolConfig, available_cores, connect_pool
from transforms.routing import FutureMapOrReject
from transforms.tag.tagger import prepare, tag_article


@dataclass(eq=False)
class TagArticles(beam.PTransform):
    """Article -> Article with `tags`: mentions, countries, scores, topics, deals.

    In: PCollection[Article]. Out: `.ok` PCollection[Article], `.rejects` PCollection[Reject] (stage "tag": `tag_timeout` past
    `timeout_s` seconds, `tag_crashed`).
    """

    processes: int = field(default_factory=available_cores)
    timeout_s: float = 120.0

    def expand(self, articles: Any) -> Any:
        pool = PoolConfig(prepare, self.processes, self.timeout_s)
        connect = functools.partial(connect_pool, pool, tag_article)
        return articles | "Tag" >> FutureMapOrReject("tag", connect, Article, max_in_flight=8 * self.processes)
