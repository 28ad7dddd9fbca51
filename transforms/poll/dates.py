"""Dates as feeds write them, read with the repairs that real feeds need; each result says how it was read.

`method` values: `iso8601`, `rfc822`, `epoch`, `asctime`, with `_no_zone` when UTC was assumed and `_repaired` when a name
of a zone or month that is not RFC 822's was understood; `numeric_day_first` and `numeric_month_first` for 03/04/2024,
`numeric_year_first` for 2024/03/04, these with `_no_zone` and `_repaired` too; `refused_future`, `refused_past`, `unreadable`, and ""
when there was nothing to read.
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from transforms.poll.datenames import (
    AREAS,
    LOCAL_ZONES,
    RFC822_ZONES,
    WORD,
    ZONES,
    all_month_names,
    english_month,
    month_names,
)

# Clocks of publishers run ahead, and a wrong zone moves a date by up to 14 hours.
_FUTURE_TOLERANCE = timedelta(hours=26)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_RFC822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"([01]\d|2[0-4]):([0-5]\d)(?::([0-6]\d))? (GMT|[+-](?:0\d|1[0-4])[0-5]\d)\Z"
)
_ISO = re.compile(
    r"(\d{4})-?(\d{2})(?:-?(\d{2}))?(?:[T\s_]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9})\d*)?)?)?\s*(.*)\Z", re.S
)
_NUMERIC = re.compile(r"(\d{1,4})([/.\-])(\d{1,2})\2(\d{2,4})[,\s]*(.*)\Z", re.S)
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?\s*(?:\(.\)|\S曜日|星期.)?\s*(.*)\Z", re.S)
_TIME = re.compile(
    r"(?:([ap])\.?m\.?|(오전|午前|上午)|(오후|午後|下午))?\s*(\d{1,2})[:.h時시点](\d{2})(?:[:.分분](\d{2})(?:[.,]\d+)?)?\s*"
    r"(?:([ap])\.?\s?m\b\.?)?",
    re.I,
)
_OFFSET = re.compile(r"(?:(?:utc|gmt|etc/gmt)\s*)?([+\-\u2212])(\d{1,2}):?(\d{2})?\b", re.I)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """`at` is aware UTC, None when `method` says why there is none."""

    at: datetime | None
    method: str


def parse_date(raw: str, *, now: datetime, language: str = "", country: str = "") -> ParsedDate:
    """`raw` as a time. `language` (BCP 47) and `country` (ISO 3166 alpha-2) decide what is ambiguous.

    A date more than 26 hours after `now`, or before 1990, is refused.
    """
    text = " ".join(raw.split())[:200]
    if not text:
        return ParsedDate(None, "")
    try:
        at, method = _read(text, language.lower(), country.lower())
    except (ValueError, OverflowError):
        at, method = None, "unreadable"
    if at is None:
        return ParsedDate(None, method)
    if at > now + _FUTURE_TOLERANCE:
        return ParsedDate(None, "refused_future")
    return ParsedDate(at, method) if at >= _EARLIEST else ParsedDate(None, "refused_past")


def _read(text: str, language: str, country: str) -> tuple[datetime | None, str]:
    if found := _RFC822.match(text):  # what nine feeds in ten write
        offset = found[7].replace("GMT", "+0000")
        at = datetime(int(found[3]), english_month(found[2].lower()), int(found[1]))
        at += timedelta(hours=int(found[4]), minutes=int(found[5]), seconds=min(int(found[6] or 0), 59))
        minutes = int(offset[1:3]) * 60 + int(offset[3:5])
        return (at - timedelta(minutes=minutes if offset[0] == "+" else -minutes)).replace(tzinfo=UTC), "rfc822"
    if text.isdigit() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text[:10]), UTC), "epoch"
    if found := _ISO.match(text):
        year, month, day, hour, minute, second, fraction, rest = found.groups()
        at = datetime(int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0), min(int(second or 0), 59))
        at = at.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
        if hour is None and rest:
            return _with_clock(at, rest, "iso8601_repaired", language, country)
        zone, how = _zone(rest, language, country, at)
        return _utc(at, zone), "iso8601" + how.replace("_repaired", "")
    if found := _EAST_ASIAN.match(text):
        at = datetime(int(found[1]), int(found[2]), int(found[3]))
        return _with_clock(at, found[4], "rfc822_repaired", language, country)
    if found := _NUMERIC.match(text):
        return _numeric(found, language, country)
    return _words(text, language, country)


def _utc(at: datetime, zone: tzinfo) -> datetime:
    return at.replace(tzinfo=zone).astimezone(UTC)


def _with_clock(day: datetime, rest: str, method: str, language: str, country: str) -> tuple[datetime, str]:
    """`day` with the time and zone that `rest` holds."""
    clock = _TIME.search(rest)
    if clock is None:
        zone, how = _zone(rest, language, country, day)
        return _utc(day, zone), method + how.replace("_repaired", "")
    hour = int(clock[4])
    if clock[3] or (clock[1] or clock[7] or "").lower() == "p":
        hour += 12 if hour < 12 else 0
    elif (clock[2] or (clock[1] or clock[7] or "").lower() == "a") and hour == 12:
        hour = 0
    at = day.replace(minute=int(clock[5]), second=min(int(clock[6] or 0), 59)) + timedelta(hours=hour)
    zone, how = _zone(rest[: clock.start()] + " " + rest[clock.end() :], language, country, at)
    return _utc(at, zone), method if method.endswith("repaired") and how == "_repaired" else method + how


def _numeric(found: re.Match[str], language: str, country: str) -> tuple[datetime | None, str]:
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        day, month, year, method = third, second, first, "numeric_year_first"
    else:
        american = language in ("en-us", "en_us") or country == "us" or (language == "en" and country in ("", "ph"))
        month_first = second > 12 or (american and first <= 12 and found[2] == "/")
        day, month = (second, first) if month_first else (first, second)
        year, method = _year(third), "numeric_month_first" if month_first else "numeric_day_first"
    return _with_clock(datetime(year, month, day), found[5], method, language, country)


def _year(number: int) -> int:
    return number if number >= 100 else number + (1900 if number >= 90 else 2000)


def _words(text: str, language: str, country: str) -> tuple[datetime | None, str]:
    """A date with the month in letters: RFC 822, asctime, `January 5, 2024`, and their localised relatives."""
    month, foreign, month_span = _month(text, language)
    if not month:
        return None, "unreadable"
    clock = _TIME.search(text)
    clock_span = clock.span() if clock else (len(text), len(text))
    numbers = [match for match in _NUMBER.finditer(text) if not clock_span[0] <= match.start() < clock_span[1]]
    after_sign = [match for match in numbers if text[match.start() - 1 : match.start()] in ("+", "-") and match.start()
                  > month_span[1] and match.start() >= clock_span[1]]  # fmt: skip
    numbers = [match for match in numbers if match not in after_sign][:2]
    if len(numbers) < 2:
        return None, "unreadable"
    day, year = int(numbers[0].group()), int(numbers[1].group())
    if day > 31:
        day, year = year, day
    spans = sorted([month_span, numbers[0].span(), numbers[1].span()], reverse=True)
    rest = text
    for start, end in spans:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    asctime = bool(clock) and numbers[1].start() > clock_span[1]
    method = ("asctime" if asctime else "rfc822") + ("_repaired" if foreign else "")
    return _with_clock(datetime(_year(year), month, day), rest, method, language, country)


def _month(text: str, language: str) -> tuple[int, bool, tuple[int, int]]:
    """Number of the month, whether it is not an English name, and where it stands.

    The word that opens the text comes last: in `mar., 02 févr.` it is Tuesday, in `Mar 2, 2024` the month.
    """
    words = [(match.group().lower().removeprefix("\u05d1"), match.span()) for match in WORD.finditer(text)]
    opening = words[:1] if words and words[0][1][0] == 0 else []
    for group in (words[len(opening) :], opening):
        for word, span in group:
            if number := english_month(word):
                return number, False, span
        for names in (month_names(language.replace("_", "-").partition("-")[0]), all_month_names()):
            for word, span in group:
                if word in names:
                    return names[word], True, span
    return 0, False, (0, 0)


def _zone(rest: str, language: str, country: str, at: datetime) -> tuple[tzinfo, str]:
    """The zone that `rest` names, and "", `_repaired` or `_no_zone`."""
    if found := _OFFSET.search(rest):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes <= 14 * 60:
            return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes)), ""
    for match in WORD.finditer(rest):
        name = match.group().lower()
        if name in LOCAL_ZONES:
            speech = language.replace("_", "-").partition("-")[0]
            hours = next(h for keys, h in LOCAL_ZONES[name] if "" in keys or speech in keys or country in keys)
            return timezone(timedelta(hours=hours)), "" if name in RFC822_ZONES and hours == ZONES[name] else "_repaired"
        if name in ZONES:
            return timezone(timedelta(hours=ZONES[name])), "" if name in RFC822_ZONES else "_repaired"
        area = AREAS.get(name) or (match.group() if "/" in name else "")
        if area:
            try:
                return zoneinfo.ZoneInfo(area), "_repaired"
            except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return UTC, "_no_zone"
