"""`dibwatch report`: one self-contained HTML page over the lake's views. No script, no outside resource; every text is escaped."""

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pipeline.analytics.query import query
from schemas.errors import LakeError
from transforms.lake.lake import Lake

_LATELY = "published_at > (SELECT max(published_at) FROM articles) - INTERVAL {days} DAY"
_NAMED = (
    "SELECT name, any_value(iso3) AS country, count(DISTINCT story_id) AS stories, count(DISTINCT source) AS sources "
    f"FROM mentions WHERE {_LATELY} AND label = '{{label}}' GROUP BY name, entity_id ORDER BY stories DESC, name LIMIT 15"
)
_COUNTRIES = (  # a story weighs as much as one of its articles does on average
    "SELECT name, count(*) AS stories, sum(salience) AS weight FROM ("
    "SELECT story_id, c.iso3, c.name, avg(c.salience) AS salience FROM articles, unnest(countries) AS u(c) "
    f"WHERE {_LATELY} AND defense_score >= 0.5 GROUP BY ALL) GROUP BY name, iso3 ORDER BY weight DESC, name LIMIT 15"
)
_DAYS = (
    "WITH found AS (SELECT CAST(published_at AS DATE) AS day, count(*) FILTER (defense_score >= 0.5) AS defense, count(*) AS articles "
    f"FROM articles WHERE {_LATELY} GROUP BY ALL), "
    "days AS (SELECT CAST(unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS DATE) AS day FROM found) "
    "SELECT day, coalesce(defense, 0) AS defense, coalesce(articles, 0) AS articles FROM days LEFT JOIN found USING (day) ORDER BY day"
)
_DEALS = (
    "SELECT published_at, kind, buyer, supplier, platform, quantity, amount, currency, text AS sentence, url FROM deals "
    f"WHERE {_LATELY} QUALIFY row_number() OVER (PARTITION BY story_id, kind, buyer_iso3, supplier_id, platform_id, quantity, amount, "
    'currency ORDER BY published_at, article_id, start, "end") = 1 ORDER BY published_at DESC, url, start LIMIT 30'
)
_STORIES = (
    "SELECT last_published_at, title, independent_sources AS sources, articles, url FROM stories WHERE defense_score >= 0.5 "
    "AND last_published_at > (SELECT max(published_at) FROM articles) - INTERVAL {days} DAY "
    "ORDER BY independent_sources DESC, articles DESC, last_published_at DESC LIMIT 20"
)
_FEEDS = (
    "SELECT count(*) AS feeds, count(*) FILTER (last_outcome = 'error') AS failing, count(*) FILTER (retired) AS retired, "
    "max(last_poll_at) AS last_poll FROM feed_health"
)
_STYLE = """body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f24;background:#fff}
h1{margin-bottom:0}h2{margin:2rem 0 .4rem;font-size:1.1rem}p.note{color:#59636e;margin:.2rem 0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;vertical-align:top;border-bottom:1px solid #d8dee4}
th{font-weight:600;color:#59636e}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:0 2.5rem}
svg{width:100%;height:8rem}p.axis{display:flex;justify-content:space-between;margin:0}rect.all{fill:#c6d3e1}rect.defense{fill:#2f5d8a}"""


def write_report(lake: Lake, now: datetime, days: int) -> str:
    """The page: what the `days` before the newest article brought. Raises `LakeError` when the lake has no articles."""

    def ask(sql: str, **values: Any) -> list[dict[str, Any]]:
        return list(query(lake, sql.format(days=int(days), **values)).to_pylist())

    total = ask("SELECT count(*) AS articles, max(published_at) AS newest FROM articles")[0]
    if not total["articles"]:
        raise LakeError(f"there are no articles in {lake.location} to report on")
    feeds = ask(_FEEDS)[0]
    titles = {"COMPANY": "Companies", "PLATFORM": "Platforms", "PROGRAM": "Programmes", "AGENCY": "Agencies"}
    named = "".join(_section(title, _table(ask(_NAMED, label=label))) for label, title in titles.items())
    deals = [{**row, "sentence": _link(row["url"], row["sentence"])} for row in ask(_DEALS)]
    stories = [{**row, "title": _link(row["url"], row["title"])} for row in ask(_STORIES)]
    parts = [
        _section("Articles a day", _chart(ask(_DAYS)), "dark: defense score of 0.5 or more"),
        f'<div class="columns">{_section("Countries", _table(ask(_COUNTRIES)), "of defense stories; weight: all salience")}{named}</div>',
        _section("Stories", _table(stories, skip=("url",)), "near-duplicates are one story; independent sources are publishers"),
        _section("Deals", _table(deals, skip=("url",)), "as sentences state them, nothing inferred; once a story"),
        _section("Feeds", _table([feeds])),
    ]
    head = f"{total['articles']:,} articles, newest {_cell(total['newest'])}; this page shows the {days} days before that"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>dibwatch report</title><style>{_STYLE}</style></head>'
        f'<body><h1>dibwatch</h1><p class="note">{head}. Written {_cell(now)} UTC from {html.escape(lake.location)}.</p>'
        f"{''.join(parts)}</body></html>\n"
    )


class _Html(str):
    """Text that is markup already."""


def _link(url: str, text: str) -> _Html:
    if urlsplit(url).scheme not in ("http", "https"):
        return _Html(html.escape(text))
    return _Html(f'<a href="{html.escape(url)}" rel="noreferrer noopener">{html.escape(text)}</a>')


def _section(title: str, body: str, note: str = "") -> str:
    return f"<section><h2>{html.escape(title)}</h2>{f'<p class=note>{html.escape(note)}</p>' if note else ''}{body}</section>"


def _cell(value: Any) -> str:
    if isinstance(value, _Html):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return html.escape(f"{value:,}" if isinstance(value, int) else str(value))


def _table(rows: Sequence[dict[str, Any]], skip: Iterable[str] = ()) -> str:
    if not rows:
        return "<p class=note>nothing</p>"
    names = [name for name in rows[0] if name not in skip]
    kinds = {name: " class=n" if any(isinstance(row[name], int | float) for row in rows) else "" for name in names}
    head = "".join(f"<th{kinds[name]}>{html.escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td{kinds[name]}>{_cell(row[name])}</td>" for name in names) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _chart(rows: Sequence[dict[str, Any]]) -> str:
    """A bar a day from the first to the last, empty days too: all articles light, defense articles dark in front."""
    top = max(row["articles"] for row in rows)
    bars = []
    for n, row in enumerate(rows):
        for name, kind in (("articles", "all"), ("defense", "defense")) if row["articles"] else ():
            height = 100 * row[name] / top
            bars.append(f'<rect class="{kind}" x="{n + 0.1:.1f}" y="{100 - height:.1f}" width="0.8" height="{height:.1f}">')
            bars.append(f"<title>{row['day']}: {row[name]:,} {name}</title></rect>")
    svg = f'<svg viewBox="0 0 {len(rows)} 100" preserveAspectRatio="none" role="img" aria-label="articles a day">{"".join(bars)}</svg>'
    return f'{svg}<p class="note axis"><span>{rows[0]["day"]}</span><span>at most {top:,} a day</span><span>{rows[-1]["day"]}</span></p>'
