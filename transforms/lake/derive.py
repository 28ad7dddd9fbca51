"""Derived tables: what the views would compute from `articles` again and again, kept for files that no longer change often.

`compact` writes them beside the files of `articles` that it writes; a view computes the same for all other files when it is read.
So they cost a pass nothing, and nothing is lost with them. Rows of the counting tables are per file: a day that has several
files has several rows of one key, which add up.
"""

from collections.abc import Iterator

import pyarrow as pa

from schemas.tables import TABLES
from transforms.lake.reading import conform

# {articles} is a relation with the columns of `articles` and its partition
_SQL = {
    "mentions": """
        SELECT * EXCLUDE (mention), mention.*
        FROM (
            SELECT article_id, published_at, published_date, source, title, url, language, story_id, unnest(mentions) AS mention
            FROM {articles}
        )
    """,
    "reprints": """
        SELECT article_id, story_id, published_at, published_date, source, title, url, defense_score FROM {articles}
        WHERE article_id <> story_id
    """,
    "trends": """
        SELECT
            published_date, mention.entity_id AS entity_id, min(mention.kind) AS kind, min(mention.label) AS label,
            min(mention.name) AS name, min(mention.category) AS category, min(mention.iso3) AS iso3,
            count(DISTINCT article_id) AS articles, count(*) AS mentions
        FROM (SELECT published_date, article_id, unnest(mentions) AS mention FROM {articles})
        WHERE mention.entity_id <> ''
        GROUP BY published_date, mention.entity_id
    """,
    "co_mentions": """
        WITH named AS (
            SELECT
                published_date, article_id, mention.entity_id AS id, min(mention.label) AS label, min(mention.name) AS name,
                list(DISTINCT mention.sentence) AS sentences
            FROM (SELECT published_date, article_id, unnest(mentions) AS mention FROM {articles})
            WHERE mention.entity_id <> ''
            GROUP BY published_date, article_id, mention.entity_id
        )
        SELECT
            a.published_date AS published_date, a.id AS a_id, min(a.label) AS a_label, min(a.name) AS a_name, b.id AS b_id,
            min(b.label) AS b_label, min(b.name) AS b_name, count(*) AS articles,
            count(*) FILTER (list_has_any(a.sentences, b.sentences)) AS articles_one_sentence
        FROM named AS a JOIN named AS b ON a.article_id = b.article_id AND a.id < b.id
        GROUP BY a.published_date, a.id, b.id
    """,
    "company_country": """
        WITH companies AS (
            SELECT
                published_date, article_id, countries, mention.entity_id AS company_id, min(mention.name) AS company,
                min(mention.iso3) AS company_iso3
            FROM (SELECT published_date, article_id, countries, unnest(mentions) AS mention FROM {articles})
            WHERE mention.label = 'COMPANY' AND mention.entity_id <> ''
            GROUP BY published_date, article_id, countries, mention.entity_id
        )
        SELECT
            published_date, company_id, min(company) AS company, min(company_iso3) AS company_iso3, country.iso3 AS iso3,
            min(country.name) AS country, count(*) AS articles, sum(country.salience) AS salience
        FROM (SELECT published_date, company_id, company, company_iso3, unnest(countries) AS country FROM companies)
        GROUP BY published_date, company_id, country.iso3
    """,
}  # fmt: skip


def derive_sql(table: str, articles: str) -> str:
    """The query (DuckDB) that makes the rows of a derived table, with its partition, from the relation `articles`."""
    return _SQL[table].format(articles=articles)


_KEYS: dict[str, tuple[str, ...]] = {
    "trends": ("entity_id",), "co_mentions": ("a_id", "b_id"), "company_country": ("company_id", "iso3"),
}  # fmt: skip
_SUMS = {"articles": "BIGINT", "mentions": "BIGINT", "articles_one_sentence": "BIGINT", "salience": "DOUBLE"}


def counts(table: str) -> bool:
    """Whether rows of one key from several files are to be added up."""
    return table in _KEYS


def merge_sql(table: str, rows: str) -> str:
    """The query that adds up rows of one day and key from several files; `rows` is a relation of a counting table."""
    keys = ("published_date", *_KEYS[table])
    columns = [
        name if name in keys else f"sum({name})::{_SUMS[name]} AS {name}" if name in _SUMS else f"min({name}) AS {name}"
        for name in ["published_date", *TABLES[table].schema.names]
    ]
    return f"SELECT {', '.join(columns)} FROM {rows} GROUP BY {', '.join(keys)}"  # noqa: S608 - names of columns


def derive(articles: pa.Table, day: str) -> Iterator[tuple[str, pa.Table]]:
    """(table, rows) of every derived table for rows of `articles` that were published on `day`."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("articles", articles.append_column("published_date", pa.array([day] * len(articles), pa.string())))
        for table in _SQL:
            rows = connection.sql(derive_sql(table, "articles")).to_arrow_table()
            yield table, conform(rows, TABLES[table].schema)
