"""Names of zones and months as feeds write them, in many languages."""

import functools
import re

WORD = re.compile(r"[^\W\d_]+(?:/[A-Za-z_]+)*")

# Hours from UTC of zone names that RFC 822 does not know, or that mean one thing in feeds.
ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "wat": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "sast": 2, "cat": 2, "idt": 3, "eest": 3, "msk": 3, "eat": 3, "trt": 3,
    "arst": 3, "msd": 4, "gst": 4, "amt": 4, "azt": 4, "get": 4, "irst": 3.5, "irdt": 4.5, "aft": 4.5, "pkt": 5,
    "uzt": 5, "yekt": 5, "npt": 5.75, "bdt": 6, "omst": 6, "mmt": 6.5, "ict": 7, "wib": 7, "krat": 7, "hkt": 8,
    "sgt": 8, "myt": 8, "pht": 8, "awst": 8, "wita": 8, "irkt": 8, "jst": 9, "kst": 9, "wit": 9, "yakt": 9, "acst": 9.5,
    "acdt": 10.5, "aest": 10, "vlat": 10, "aedt": 11, "magt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8,
    "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "brst": -2, "art": -3, "clt": -4,
    "clst": -3, "cot": -5, "pet": -5, "vet": -4, "uyt": -3, "bot": -4, "ect": -5, "pyt": -4,
}  # fmt: skip
RFC822_ZONES = frozenset(["ut", "utc", "gmt", "z", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"])
# American papers write ET for whichever of EST and EDT holds.
AREAS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
# Names that mean another zone where the feed's language or country is another.
LOCAL_ZONES = {
    "ist": ((("he", "il"), 2.0), (("ga", "ie"), 1.0), (("",), 5.5)),
    "cst": ((("zh", "cn", "tw"), 8.0), (("",), -6.0)),
    "ast": ((("ar", "sa", "kw", "iq", "qa", "bh", "ye"), 3.0), (("",), -4.0)),
    "bst": ((("bn", "bd"), 6.0), (("",), 1.0)),
    "amt": ((("pt", "br"), -4.0), (("",), 4.0)),
}
_ENGLISH_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_MONTH_LANGUAGES = [
    "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "is", "pl", "cs", "sk", "sl", "hr", "sr", "bs", "mk", "bg", "ru",
    "uk", "be", "lt", "lv", "et", "hu", "ro", "el", "tr", "az", "sq", "ca", "gl", "eu", "id", "ms", "vi", "th", "ar", "fa", "he",
    "hi", "bn", "ur", "ko", "ja", "zh", "hy", "ka", "kk", "uz", "mn", "sw", "ga", "cy", "sr_Latn",
]  # fmt: skip


def english_month(word: str) -> int:
    """The month that `word` (lower case) names or abbreviates in English, 0 for none."""
    if len(word) < 3:
        return 0
    found = (
        number for number, name in enumerate(_ENGLISH_MONTHS, 1) if name.startswith(word) or (word == "sept" and number == 9)
    )
    return next(found, 0)


@functools.cache
def month_names(language: str) -> dict[str, int]:
    """Month names of a language in lower case, in every form that CLDR has (babel carries it)."""
    from babel import Locale, UnknownLocaleError

    try:
        months = Locale.parse(language.replace("-", "_")).months
    except (UnknownLocaleError, ValueError, TypeError):
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                word = WORD.match(name.lower())
                if word is not None and not name[0].isdigit():
                    names.setdefault(word.group(), int(number))
    return names


@functools.cache
def all_month_names() -> dict[str, int]:
    """Month names of many languages; a name that means different months in two of them is left out."""
    names: dict[str, int] = {}
    clashing: set[str] = set()
    for language in _MONTH_LANGUAGES:
        for name, number in month_names(language).items():
            if names.setdefault(name, number) != number:
                clashing.add(name)
    return {name: number for name, number in names.items() if name not in clashing and len(name) > 1}
