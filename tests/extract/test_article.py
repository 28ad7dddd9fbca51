"""Page -> Article, without a pipeline."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import ItemError
from tests.extract.pages import AT, PARAGRAPH, article_html, page, with_entry
from transforms.extract.article import clean, extract_article, word_count
from transforms.extract.dates import choose_published
from transforms.extract.language import detect_language
from transforms.extract.transform import extract_isolated


def test_text_without_what_surrounds_it() -> None:
    article = extract_article(page(article_html(PARAGRAPH, PARAGRAPH.replace("Brazil", "The country"))))
    assert "São Paulo" in article.text
    assert "All rights reserved" not in article.text
    assert article.language == "en"
    assert article.source == "example.com"
    assert (article.published_at, article.published_at_source) == (AT, "fetched")
    assert article.word_count > 40


@pytest.mark.parametrize("declared", ["header", "meta"])
def test_windows_1251_by_header_or_meta(declared: str) -> None:
    sentence = "Завод в Нижнем Тагиле перешёл на работу в три смены, сообщала корпорация. " * 6
    meta = '<meta charset="windows-1251">' if declared == "meta" else ""
    kind = "text/html; charset=windows-1251" if declared == "header" else "text/html"
    article = extract_article(page(article_html(sentence, head=meta).encode("windows-1251"), content_type=kind))
    assert "Нижнем Тагиле" in article.text
    assert article.language == "ru"


def test_a_teaser_gives_way_to_the_feeds_full_text() -> None:
    full = "".join(f"<p>{PARAGRAPH} {n}</p>" for n in range(8))
    article = extract_article(with_entry(page(article_html(PARAGRAPH)), content_html=full))
    assert article.text_source == "feed"
    assert len(article.text) > 4 * len(PARAGRAPH)


def test_a_full_page_wins_over_the_feeds_summary() -> None:
    article = extract_article(with_entry(page(article_html(PARAGRAPH, PARAGRAPH + " More.")), content_html=f"<p>{PARAGRAPH}</p>"))
    assert article.text_source == "page"


@pytest.mark.parametrize(
    ("body", "reason"), [("", "empty_page"), (" \n", "empty_page"), ("<html></html>", "no_text"), ("hi", "no_text")]
)
def test_what_is_no_article_is_a_reject(body: str, reason: str) -> None:
    with pytest.raises(ItemError) as caught:
        extract_article(page(body))
    assert caught.value.reason == reason


def test_plain_text_is_taken_as_it_is() -> None:
    assert extract_article(page(PARAGRAPH, content_type="text/plain; charset=utf-8")).text == PARAGRAPH


def test_a_page_extracts_alike_every_time() -> None:
    source = page(article_html(PARAGRAPH))
    assert len({extract_article(source).text_sha256 for _ in range(6)}) == 1


@pytest.mark.parametrize(
    ("feed", "page_date", "expected"),
    [
        (AT - timedelta(hours=3), AT - timedelta(days=3), (AT - timedelta(hours=3), "feed")),
        (None, AT - timedelta(days=3), (AT - timedelta(days=3), "page")),
        (datetime(1970, 1, 1, tzinfo=UTC), AT - timedelta(days=3), (AT - timedelta(days=3), "page")),
        (AT + timedelta(days=30), None, (AT, "fetched")),
        (AT + timedelta(hours=5), None, (AT, "feed")),
    ],
)
def test_choice_of_date(feed: datetime | None, page_date: datetime | None, expected: tuple[datetime, str]) -> None:
    assert choose_published(feed, page_date, AT) == expected


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("Міністерство оборони України підписало контракт", "", "uk"), ("Россией подписан контракт", "", "ru"),
        ("Rheinmetall baut neues Werk in der Ukraine", "", "de"), ("中国海军055型驱逐舰入列", "", "zh"),
        ("155", "pl-PL", "pl"), ("", "", ""), ("155", "", ""),
        ("美韩军演", "", "zh"), ("한미 훈련", "en", "ko"), ("Putin visits Beijing", "", "en"), ("Putin visits Beijing", "nl", "nl"),
        ("Kyiv", "", "en"),
    ],
)  # fmt: skip
def test_language(text: str, hint: str, language: str) -> None:
    assert detect_language(text, hint) == language


def test_cleaning_takes_what_no_screen_can_stand() -> None:
    assert clean("a\x00b\u202ec\ud800d\n e\t") == "abc\ufffdd\n e"


def test_words_of_many_scripts() -> None:
    assert word_count("Don't stop the Su-25's engine") == 5
    assert word_count("中国海军 055") == 5


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["text/html", "text/html; charset=utf-7", "text/html; charset=nonsense", "", "\x00"])
)
def test_any_bytes_are_an_article_or_a_reject(body: bytes, content_type: str) -> None:
    try:
        article = extract_article(page(b"<html><body><article><p>" + body, content_type=content_type))
    except ItemError:
        return
    article.text.encode()


@pytest.mark.parametrize("reference", ["&#1;", "&#xFFFE;", "&#27;", "&#0;", "&#xD800;", "&#99999999;"])
def test_a_forbidden_reference_costs_no_text(reference: str) -> None:
    assert "thirty-six" in extract_article(page(article_html(PARAGRAPH.replace("Saab", f"Saab{reference}")))).text


@pytest.mark.parametrize("charset", ["zip", "idna", "unicode_escape", "nonsense", "utf-7", "utf-16", "utf-32le"])
def test_a_charset_that_is_none_is_not_believed(charset: str) -> None:
    article = extract_article(page(article_html(PARAGRAPH), content_type=f"text/html; charset={charset}"))
    assert "São Paulo" in article.text


def test_a_declaration_that_the_bytes_belie_is_not_believed() -> None:
    sentence = "Завод в Нижнем Тагиле перешёл на работу в три смены, сообщала корпорация. " * 6
    article = extract_article(page(article_html(sentence).encode("windows-1251"), content_type="text/html; charset=utf-8"))
    assert "Нижнем Тагиле" in article.text


def test_utf_16_in_a_meta_that_can_be_read_means_utf_8() -> None:
    article = extract_article(page(article_html(PARAGRAPH, head='<meta charset="utf-16">'), content_type="text/html"))
    assert "São Paulo" in article.text


HOSTILE = {
    "deep": "<html><body>" + "<div>" * 100_000 + PARAGRAPH,
    "many_links": "<html><body>" + '<a href="/x">link text here</a> ' * 200_000,
    "table": "<html><body><table>" + ("<tr>" + "<td>x y z</td>" * 50 + "</tr>") * 5000 + "</table>",
    "comment": "<html><body><!--" + "-" * 5_000_000,
    "nul": "\x00" * 1_000_000 + "<p>" + PARAGRAPH,
    "entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><p>' + "&b;" * 100_000,
    "nested_json": '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_a_reject_within_its_limits(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ItemError) as caught:
        extract_isolated(page(HOSTILE[name]), timeout_s=4)
    assert caught.value.reason in {"no_text", "extract_timeout", "extract_memory", "extract_failed", "extract_crashed"}
    assert capfd.readouterr().err == ""
