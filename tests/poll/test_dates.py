"""Dates as feeds write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.poll.dates import parse_date

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT_13 = datetime(2024, 10, 2, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "language", "country", "hours", "method"),
    [
        ("Wed, 02 Oct 2024 13:00:00 GMT", "", "", 0, "rfc822"),
        ("Wed, 02 Oct 2024 13:00:00 +0200", "", "", -2, "rfc822"),
        ("Wed, 02 Oct 2024 13:00:00 +02:00", "", "", -2, "rfc822"),
        ("Wed, 2 Oct 24 13:00 EST", "", "", 5, "rfc822"),
        ("02 Oct 2024 13:00:00 Z", "", "", 0, "rfc822"),
        ("Wed, 02 Oct 2024 13:00:00", "", "", 0, "rfc822_no_zone"),
        ("Wed, 02 Oct 2024 13:00:00 CEST", "", "", -2, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 MSK", "", "", -3, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 IST", "en-IN", "in", -5.5, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 IST", "he", "", -2, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 IST", "en", "ie", -1, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 CST", "zh-CN", "", -8, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 CST", "en-US", "", 6, "rfc822"),
        ("Wed, 02 Oct 2024 13:00:00 ET", "", "", 4, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 Europe/Kyiv", "", "", -3, "rfc822_repaired"),
        ("Wed, 02 Oct 2024 13:00:00 GMT+0300", "", "", -3, "rfc822"),
        ("Wednesday, October 2, 2024 - 1:00 PM EDT", "", "", 4, "rfc822"),
        ("Oct 2, 2024 13:00", "", "", 0, "rfc822_no_zone"),
        ("Wed Oct  2 13:00:00 2024", "", "", 0, "rfc822_no_zone"),
        ("2024-10-02T13:00:00Z", "", "", 0, "iso8601"),
        ("2024-10-02T13:00:00.000+02:00", "", "", -2, "iso8601"),
        ("2024-10-02T13:00+0200", "", "", -2, "iso8601"),
        ("20241002T130000Z", "", "", 0, "iso8601"),
        ("2024-10-02 13:00:00", "", "", 0, "iso8601_no_zone"),
        ("2024-10-02 오후 1:00", "ko", "", 0, "iso8601_repaired_no_zone"),
        ("2024年10月2日 13:00", "ja", "", 0, "rfc822_repaired_no_zone"),
        ("1727874000", "", "", 0, "epoch"),
        ("1727874000000", "", "", 0, "epoch"),
        ("10/02/2024 13:00", "en-US", "us", 0, "numeric_month_first_no_zone"),
        ("02/10/2024 13:00", "en-GB", "gb", 0, "numeric_day_first_no_zone"),
        ("02/10/2024 13:00", "fr", "", 0, "numeric_day_first_no_zone"),
        ("02.10.2024 13:00 CEST", "de", "", -2, "numeric_day_first_repaired"),
        ("2024/10/02 13:00", "en-US", "us", 0, "numeric_year_first_no_zone"),
        ("Mi, 02 Okt 2024 13:00:00 +0200", "de", "", -2, "rfc822_repaired"),
        ("mer., 02 oct. 2024 13:00:00 +0200", "fr", "", -2, "rfc822"),
        ("Ср, 02 окт 2024 13:00:00 +0300", "ru", "", -3, "rfc822_repaired"),
        ("2 октября 2024, 13:00", "ru", "", 0, "rfc822_repaired_no_zone"),
        ("śr., 02 paź 2024 13:00:00 +0200", "", "", -2, "rfc822_repaired"),
        ("Qua, 02 Out 2024 13:00:00 -0300", "pt-BR", "br", 3, "rfc822_repaired"),
        ("02 Ekim 2024 13:00", "tr", "tr", 0, "rfc822_repaired_no_zone"),
        ("Τετ, 02 Οκτ 2024 13:00:00 +0300", "el", "", -3, "rfc822_repaired"),
        ("2 באוקטובר 2024 13:00", "he", "", 0, "rfc822_repaired_no_zone"),
        ("mié, 02 oct 2024 13:00:00", "es", "", 0, "rfc822_no_zone"),
    ],
)
def test_dates_in_feeds(raw: str, language: str, country: str, hours: float, method: str) -> None:
    parsed = parse_date(raw, now=NOW, language=language, country=country)
    assert (parsed.at, parsed.method) == (AT_13 + timedelta(hours=hours), method)


def test_tuesday_is_not_march() -> None:
    assert parse_date("mar., 03 févr. 2026 10:00:00 +0100", now=NOW, language="fr").at == datetime(2026, 2, 3, 9, tzinfo=UTC)
    assert parse_date("Mar 3, 2026 10:00 GMT", now=NOW).at == datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_fractions_of_seconds_are_kept() -> None:
    at = parse_date("2026-05-01T10:00:00.123456789Z", now=NOW).at
    assert at == datetime(2026, 5, 1, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "method"),
    [
        ("", ""),
        ("Wed, 02 Oct 2034 13:00:00 GMT", "refused_future"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "refused_past"),
        ("0001-01-01T00:00:00Z", "refused_past"),
        ("soon", "unreadable"),
        ("Wed, 32 Oct 2024 13:00:00 GMT", "unreadable"),
        ("2024-13-45", "unreadable"),
        ("99/99/9999", "unreadable"),
        ("9999-12-31T23:59:59-14:00", "unreadable"),
    ],
)
def test_what_is_no_plausible_date_says_why(raw: str, method: str) -> None:
    parsed = parse_date(raw, now=NOW)
    assert (parsed.at, parsed.method) == (None, method)


def test_a_clock_that_runs_ahead_a_little_is_believed() -> None:
    assert parse_date("2026-06-01T20:00:00Z", now=NOW).at is not None
    assert parse_date("2026-06-03T20:00:00Z", now=NOW).method == "refused_future"


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 5, 30)), st.integers(-12 * 60, 14 * 60))
def test_written_by_the_book_it_is_read_back(at: datetime, minutes: int) -> None:
    at = at.replace(microsecond=0, tzinfo=UTC)
    sign, (hours, rest) = "+" if minutes >= 0 else "-", divmod(abs(minutes), 60)
    local = at + timedelta(minutes=minutes)
    rfc822 = f"{local:%a, %d %b %Y %H:%M:%S} {sign}{hours:02d}{rest:02d}"
    iso = f"{local:%Y-%m-%dT%H:%M:%S}{sign}{hours:02d}:{rest:02d}"
    assert parse_date(rfc822, now=NOW).at == at
    assert parse_date(iso, now=NOW).at == at


@given(
    st.text(max_size=60) | st.text("0123456789-:/ TZ+.,JanFebMayOctUTCpm年月", max_size=40),
    st.sampled_from(["", "en-US", "ko", "x-y", "zz"]),
)
def test_any_text_is_a_plausible_date_or_none(raw: str, language: str) -> None:
    parsed = parse_date(raw, now=NOW, language=language)
    if parsed.at is not None:
        assert datetime(1990, 1, 1, tzinfo=UTC) <= parsed.at <= NOW + timedelta(hours=26)
        assert parsed.at.tzinfo is UTC
