"""What stands beside a name in a text of another language: a club or firm that only bears it, a dish, a language, a verb of governments.

Facts: `data/geo/languages_beside.tsv`.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from transforms.tag.geo.cues import load_cues
from transforms.tag.geo.gazetteer import DATA
from transforms.tag.geo.lexicon import Entry, Lexicon
from transforms.tag.geo.scan import Word, word_range

_LINKS: Final = frozenset("de du la le les des di da do dos von of del della dell d".split())
_QUOTES: Final = " \u00a0«»\"“”„'’()"
_AND: Final = frozenset("y e et ou o и і та й oder und i".split())
_STOPS: Final = re.compile(r"[.!?;:…\n؟。！？]")
_BORROWERS: Final = ("firm", "club")
_MANY: Final = ("业", "業", "家", "们", "們", "生")  # 中国银行业 are banks, 美国大学生 students
_OPENED: Final = re.compile(r"[«„“《「](?:[^\W_]+[ -]){0,2}$")
_CLOSED: Final = re.compile(r"(?:[ -][^\W_]+){0,2}[»”“》」]")
_SMALL_DEMONYMS: Final = ("es", "it", "pt", "ca")
_SPEECH_WORDS: Final = 6
_SAINTS: Final = frozenset("San Santa Santo Saint Sankt São Sant".split())
_FIRM_WORDS: Final = 2  # between a town and the word for a firm
_ELIDED: Final = re.compile(r"^(?:[dlnmst]|qu|un|(?:d|n|a|s)[eau]ll)['’](?=\w)")
_ALWAYS: Final = ("fr", "es", "it", "pt")  # "en français" is the language whatever follows


@dataclass(frozen=True)
class WordSet:
    """Words, case folded, and beginnings of words."""

    words: frozenset[str]
    stems: tuple[str, ...]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self.words or (bool(self.stems) and word.startswith(self.stems)))


_NONE: Final = WordSet(frozenset(), ())


@functools.cache
def _tables() -> dict[tuple[str, str], WordSet]:
    tables = {}
    for line in (DATA / "languages_beside.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, language, cell = line.split("\t")
            words = [word.strip() for word in cell.split(";")]
            tables[kind, language] = WordSet(
                frozenset(w for w in words if not w.endswith("*")), tuple(w[:-1] for w in words if w.endswith("*"))
            )
    return tables


class LanguageContext:
    """Judges the names found in one text of `language` by what stands beside them."""

    def __init__(self, text: str, words: Sequence[Word], language: str, lexicon: Lexicon) -> None:
        self._text, self._words, self._language, self._lexicon = text, words, language, lexicon
        self._part = load_cues().part

    def _table(self, kind: str) -> WordSet:
        return _tables().get((kind, self._language), _NONE)

    def borrowed(self, start: int, end: int, label: str) -> bool:
        """Whether a club, firm, person, dish or language bears the name at `start`..`end` here."""
        if label in ("ALLIANCE", "METONYM"):
            return False
        if self._language in ("zh", "ja"):
            return self._in_running_text(start, end, label)
        first, last = word_range(self._words, start, end)
        if self._is_quoted(self._words[first].start, self._words[last - 1].end):
            return True
        if label == "NATIONALITY" and self._is_capital(first):
            return True
        if label == "NATIONALITY" and (self._is_dish(first, last) or self._is_tongue(first, last)):
            return True
        return (
            self._is_named(first, last, label)
            or self._is_surname(first, last)
            or self._is_given(first, last)
            or self._is_plain(first, last)
        )

    def _in_running_text(self, start: int, end: int, label: str) -> bool:
        kind = "state_after" if label in ("COUNTRY", "NATIONALITY") else "town_after"
        after, before = self._text[end : end + 5], self._text[max(0, start - 4) : start]
        if after[1:2] == "·":
            return True  # 马里奥·费尔南德斯
        if any(after.startswith(w) and after[len(w) : len(w) + 1] not in _MANY for w in self._table(kind).words):
            return True
        return kind == "town_after" and any(before.endswith(w) for w in self._table("town_before").words)

    def _is_quoted(self, start: int, end: int) -> bool:
        """Whether two or three words in quotation marks, the first with a capital, hold the name: «Українська правда»."""
        opened, closed = _OPENED.search(self._text, max(0, start - 30), start), _CLOSED.match(self._text, end)
        if not opened or not closed:
            return False
        inside = self._text[opened.start() + 1 : closed.end() - 1]
        return inside[0].isupper() and " " in inside and len(inside.split()) < 4

    def _word(self, i: int) -> str:
        return _ELIDED.sub("", self._words[i].text.casefold(), count=1) if 0 <= i < len(self._words) else ""

    def _near(self, left: int, right: int) -> bool:
        """Whether nothing but a blank or quotation marks parts two words that follow each other."""
        if left < 0 or right >= len(self._words):
            return False
        gap = self._text[self._words[left].end : self._words[right].start]
        return len(gap) <= 3 and not gap.strip(_QUOTES + "-")

    def _is_capital(self, first: int) -> bool:
        """Whether a demonym has a capital inside a sentence where the language writes none: the river Indio."""
        if self._language not in _SMALL_DEMONYMS or not self._words[first].text[0].isupper() or not first:
            return False
        organ = self._words[first - 1].text[0].isupper()  # "la Embajada Rusa"
        return not organ and not _STOPS.search(self._text, self._words[first - 1].end, self._words[first].start)

    def _is_surname(self, first: int, last: int) -> bool:
        """Whether a first name stands before it ("Jochen Wien"), here or earlier, and no preposition of place."""
        if last - first > 1:
            return False
        if self._near(first - 1, first) and self._word(first - 1) in self._table("at"):
            return False
        return self._words[first].text in self._surnames

    @functools.cached_property
    def _surnames(self) -> frozenset[str]:
        """The words behind first names that are no places themselves."""
        given, places = load_cues().given, self._table("given")
        return frozenset(
            self._words[i + 1].text
            for i in range(len(self._words) - 1)
            if self._words[i].text[0].isupper()
            and self._words[i + 1].text[0].isupper()
            and self._word(i) in given
            and self._word(i) not in places
            and not (i and self._words[i - 1].text in _SAINTS)
            and self._text[self._words[i].end : self._words[i + 1].start] == " "
        )

    def _is_named(self, first: int, last: int, label: str) -> bool:
        """Whether the name is part of a larger one: "Real Madrid", "Universität Wien", "Deutsche Bank", "Air France"."""
        if self._near(last - 1, last):
            following = self._words[last].text
            if self._word(last) in self._table("after") and (
                following[0].isupper() or not following[0].isascii() or self._language == "tr"
            ):
                return True
            if following[0].isupper() and self._part.get(self._word(last)) in _BORROWERS and self._language != "de":
                return True
            if self._runs_on_to_firm(last):
                return True
        if label == "NATIONALITY":
            return False
        i = first - 1
        while i > 0 and self._near(i, i + 1) and self._word(i) in _LINKS and first - i <= 2:
            i -= 1
        if not self._near(i, i + 1):
            return False
        word = _ELIDED.sub("", self._words[i].text, count=1)
        cased = word[0].isupper() or word[0] == word[0].swapcase()
        if self._word(i) in self._table("before"):
            return (
                cased or (label == "CITY" and len(word) > 4 and i == first - 1) or (label == "CITY" and self._language in _ALWAYS)
            )
        return i == first - 1 and word[0].isupper() and self._part.get(self._word(i)) == "club"

    def _runs_on_to_firm(self, i: int) -> bool:
        """Whether capital words from word `i` on end in the word for a firm: "Hamburg Commercial Bank", "Türkiye İş Bankası"."""
        for last in range(i, min(i + _FIRM_WORDS, len(self._words) - 1)):
            if not (
                self._words[last].text[0].isupper() and self._words[last + 1].text[0].isupper() and self._near(last, last + 1)
            ):
                return False
            if self._word(last + 1) in self._table("after") or self._part.get(self._word(last + 1)) == "firm":
                return True
        return False

    def _is_dish(self, first: int, last: int) -> bool:
        things = self._table("thing")
        return (self._near(first - 1, first) and self._word(first - 1) in things) or (
            self._near(last - 1, last) and self._word(last) in things
        )

    def _phrase_ends(self, last: int) -> bool:
        return not self._near(last - 1, last) or self._word(last) in _AND or self._word(last) in self._table("at")

    def _is_tongue(self, first: int, last: int) -> bool:
        if not self._words[first].text.islower():
            return False
        ends = self._phrase_ends(last)
        if self._near(first - 1, first) and self._word(first - 1) in self._table("in") and (ends or self._language in _ALWAYS):
            return True
        speech = self._table("speech")
        return ends and any(self._word(i) in speech for i in range(max(0, first - _SPEECH_WORDS), first))

    def _is_given(self, first: int, last: int) -> bool:
        """`France` in "France Gall": a first name with a capital word behind that is no first name ("président de France Emmanuel")."""
        if last - first > 1 or self._word(first) not in self._table("given") or not self._near(last - 1, last):
            return False
        return self._words[last].text[0].isupper() and self._word(last) not in load_cues().given

    def _is_plain(self, first: int, last: int) -> bool:
        """`Mısır` in "Mısır fiyatları": a word of the language at the beginning of a sentence."""
        plain = self._table("plain")
        if plain is _NONE or (first and not _STOPS.search(self._text, self._words[first - 1].end, self._words[first].start)):
            return False
        return self._near(last - 1, last) and f"{self._word(first)}={self._word(last)}" in plain

    def acting(self, start: int, end: int, entry: Entry) -> Entry:
        """`entry`, or a capital that stands for its government: "Москва заявила", "Pekín rechaza", "北京警告", "اتهمت طهران"."""
        if entry.label != "CITY" or entry.geonames_id not in self._lexicon.capitals or not self._acts(start, end):
            return entry
        if entry.iso3 == "BEL":
            return replace(entry, entity_id="alliance:eu", name="European Union", label="METONYM", iso3="", method="metonym")
        return replace(entry, label="METONYM", method="metonym")

    def _acts(self, start: int, end: int) -> bool:
        if self._language == "zh":
            if self._text[start - 1 : start] in self._table("at"):
                return False
            rest = self._text[end : end + 8]
            for helper in self._table("helper").words:
                rest = rest.removeprefix(helper)
            return rest.startswith(tuple(self._table("act").words | {"-"}))
        first, last = word_range(self._words, start, end)
        before = self._word(first - 1) if self._near(first - 1, first) else ""
        if before in self._table("at"):
            return False
        if before and (before in self._table("act_first") or before.removeprefix("و") in self._table("act_first")):
            return True
        if self._table("act_last") is not _NONE and self._is_subject(first, last, end) and self._sentence_ends_in_act(end):
            return True
        i = last
        if self._word(i) in _AND and self._near(i - 1, i) and self._near(i, i + 1) and not self._words[i + 1].text[0].islower():
            i += 2  # "Ереван и Баку согласовали"
        while i < last + 2 and self._near(i - 1, i) and self._word(i) in self._table("helper"):
            i += 1
        return self._near(i - 1, i) and self._word(i) in self._table("act") and not self._words[i].text[0].isupper()

    def _is_subject(self, first: int, last: int, end: int) -> bool:
        """Whether the name begins its sentence in the nominative."""
        if first and not _STOPS.search(self._text, self._words[first - 1].end, self._words[first].start):
            return False
        ending = self._text[end : self._words[last - 1].end]
        return ending in ("은", "는", "이", "가") if self._language == "ko" else not ending

    def _sentence_ends_in_act(self, end: int) -> bool:
        stop = _STOPS.search(self._text, end)
        sentence = self._text[end : stop.start() if stop else len(self._text)].rstrip()
        return sentence.endswith(tuple(self._table("act_last").words))
