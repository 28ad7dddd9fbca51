"""Text as atoms: runs of letters, runs of digits, single Han, kana and Hangul characters, dotted initials, ampersands.

Names are compared atom by atom, and what stands between two atoms (nothing, a blank, a hyphen, …) is judged apart: that is
how `Su-25`, `Su 25` and `Su25` are one name. `key` is a rough form under which all inflections of a word meet.
"""

import functools
import re
import unicodedata
from typing import NamedTuple

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe63"
APOSTROPHES = "'\u2019\u02bc\u2018`\u00b4\u05f3"
QUOTES = {" «": "»", ' "': '"', " “": "”", " „": "“"}  # around the popular name that follows a designator
_HAN = "\u2e80-\u2fdf\u3005\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HANGUL = "\uac00-\ud7a3"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0980-\u0dff\u0e31-\u0e4e"  # signs that \\w leaves out
_ATOM = re.compile(rf"(?:[A-ZА-Я]\.){{2,}}(?![^\W\d_])|[{_HAN}{_HANGUL}]|(?:(?![{_HAN}{_HANGUL}])[^\W\d_][{_MARKS}]*)+|\d+|&")
_ATOM_LATIN = re.compile(r"(?:[A-Z]\.){2,}(?![A-Za-z])|[^\W\d_]+|\d+|&")
_WIDE = re.compile(rf"[{_HAN}{_HANGUL}]")
_SPECIAL = re.compile(rf"[{_HAN}{_HANGUL}{_MARKS}]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SEMITIC = re.compile("[\u0590-\u06ff]")
_SPELLING = (
    (re.compile("^defenc"), "defens"), (re.compile("^licenc"), "licens"), (re.compile("^armour"), "armor"),
    (re.compile("^programm"), "program"), (re.compile("our$"), "or"), (re.compile("yse"), "yze"),
    (re.compile("is(ation|ing|ed|e|er)$"), r"iz\1"), (re.compile("centre"), "center"), (re.compile("aluminium"), "aluminum"),
    (re.compile("manoeuv"), "maneuv"), (re.compile("^pyjama"), "pajama"),
)  # fmt: skip


def words(text: str) -> frozenset[str]:
    """The blank-separated words of a literal."""
    return frozenset(text.split())


class Atom(NamedTuple):
    """`text` as written, at code points `start`..`end`; `key` is what a trie is walked by."""

    text: str
    start: int
    end: int
    key: str


def is_wide(char: str) -> bool:
    """Han, kana, Hangul: scripts whose characters are atoms of their own."""
    return bool(_WIDE.match(char))


def is_hangul(char: str) -> bool:
    """Is it a syllable of Korean?"""
    return "\uac00" <= char <= "\ud7a3"


@functools.lru_cache(maxsize=60_000)
def plain(text: str) -> str:
    """Without diacritics, ligatures and width variants, dots of initials removed; case is kept."""
    if text.isascii():
        return "and" if text == "&" else text.replace(".", "")
    out = []
    for char in unicodedata.normalize("NFKC", text).translate(_LETTERS):
        if "\u0400" <= char <= "\u04ff":  # й is a letter of its own
            out.append(char)
            continue
        out += [c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c) or c >= "\u0900"]
    return unicodedata.normalize("NFC", "".join(out)).replace(".", "")


# Characters of weapon and firm names whose traditional form differs: both are read as the simplified one. Pairs, traditional first.
_HAN_PAIRS = (
    "飛飞彈弹導导戰战機机艦舰護护衛卫驅驱無无軍军國国東东風风鷹鹰龍龙號号劍剑長长開开運运轟轰雙双軟软團团業业際际電电車车輪轮彎弯銃铳驗验衝冲"
    "擊击輕轻鋒锋烏乌魚鱼連连陸陆聯联島岛動动隊队員员發发轉转網网雲云達达標标準准備备遠远騰腾獵猎馬马門门鐵铁鋼钢紅红藍蓝綠绿鵬鹏鯤鲲鳳凤雞鸡"
    "鴿鸽漢汉灣湾臺台學学級级對对鷲鹫鴨鸭鶴鹤麥麦"
)
_LETTERS = str.maketrans({
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
    **dict(zip(_HAN_PAIRS[::2], _HAN_PAIRS[1::2], strict=True)),
    "ё": "е", "Ё": "Е",
    "і": "и", "І": "И", "ї": "и", "Ї": "И", "є": "е", "Є": "Е", "ґ": "г", "Ґ": "Г", "ў": "у",
    "ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ـ": "", "ئ": "ی", "ؤ": "و",
})  # fmt: skip


@functools.lru_cache(maxsize=120_000)
def key(text: str) -> str:
    """A rough stem of an atom: lower case, no diacritics, British spelling as American, no plural; Cyrillic by three letters."""
    word = plain(text)
    if word.endswith("s") and len(word) < 4 and word[:-1].isupper():  # `A400Ms`, `GEM-Ts`
        word = word[:-1]
    word = word.lower()
    if not word or word[0].isdigit():
        return word
    if _CYRILLIC.match(word):
        return word[:3]
    return stem(word)


@functools.lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """Lower-case English word -> stem: plural, -ed, -ing, -e dropped, spelling made American. Not a word, only a key."""
    if len(word) < 4:
        return word
    if len(word) > 4:
        for pattern, to in _SPELLING:
            word = pattern.sub(to, word)
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for suffix in ("ing", "ed"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            word = word[: -len(suffix)]
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def atomise(text: str) -> list[Atom]:
    """All atoms of `text` in order, with code-point offsets."""
    pattern = _ATOM if _SPECIAL.search(text) else _ATOM_LATIN
    return [Atom(m.group(), m.start(), m.end(), key(m.group())) for m in pattern.finditer(text)]


def is_semitic(text: str) -> bool:
    """Does it begin with a letter of Arabic, Persian or Hebrew?"""
    return bool(_SEMITIC.match(text))


def is_cyrillic(text: str) -> bool:
    """Does it begin with a Cyrillic letter?"""
    return bool(_CYRILLIC.match(text))
