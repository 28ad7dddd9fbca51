"""What the words right beside a name say: a word of its rule, a type noun, a street, a model number, a verb of speaking."""

import functools
import re

from transforms.tag.defense.atoms import atomise, key, plain, words
from transforms.tag.defense.inflect import agrees
from transforms.tag.defense.matcher import Match, Text

_WINDOW = 6  # tokens left and right that `word:` looks at
_NAMESAKES = words(
    """Street Avenue Road Field Stadium Hotel Hotels School College University Park Hospital Church FC Club Festival Records
    Pictures Studios Prize Cup Grill Lounge Brewery Hall Lane Boulevard Drive Elementary High Middle Museum Library Arena Theatre
    Theater Gallery Mall Casino Resort Beach Creek Foundation Trophy Inn River river Reef reef Lake brewery
    bakery restaurant pub cafe café lager beer whisky vodka magazine"""
)
_TRADE = words("line lines production deliveries delivery fleet fleets crew crews order orders upgrade upgrades stocks operators")
_NUMBERS = words("two three four five six seven eight nine ten eleven twelve dozen dozens hundreds first last")
_HOLDERS = words("the a an its their his her our my no each every another second der die das den dem le la les un une el los")
_FOLLOWS = words(
    """of in on at to from for by with and or but is was are were will would can could has had have that which when while as after
    before near over into than until since und oder ist in von mit et est de en y e es w i oraz"""
)
_HARDWARE = words(
    "chassis programme program variant variants system systems vehicle vehicles carriers tankers launchers batteries decoy decoys"
)
LOCATING = words("in at near from to of outside around via over across into off")
_LINE = 200  # code points on either side that tell whether a line is all capitals
_SAILS = words("joined joins sailed sails entered left docked returned anchored departed transited sank launched commissioned")
_SHIPS = (
    "фрегат", "корвет", "крейсер", "эсмин", "есмін", "подлодк", "підводн", "корабл", "корабел", "авианос", "fregat", "korvet", "fragat",
    "corbet", "frégat", "sous-marin", "submarin", "okręt", "okret", "fırkatey", "gemi", "fregatt", "cacciatorped", "sommergibil",
)  # fmt: skip
_WIDE_SHIPS = ("護衛艦", "潜水艦", "驱逐舰", "护卫舰", "航母", "潜艇", "호위함 ", "잠수함 ", "구축함 ")
_SPEAKS = words(
    """said says told announced announces awarded awards confirmed denied declined requested estimates estimated acknowledged
    disclosed procured fielded"""
)


class Around:
    """The words around the matches of one text."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def place_named_after(self, match: Match) -> bool:
        """`Boeing Field`, `Umkhonto Street`: the name is that of a street, school, club."""
        after = match.last + 1
        return self.text.gap(match.last) == " " and self.text.atoms[after].text in _NAMESAKES

    def model_number(self, match: Match) -> bool:
        """`RTX 2060`: an acronym with a number behind it is a product of somebody else."""
        acronym = match.form.alias.text.isupper() and len(match.form.alias.text) <= 4
        return (
            acronym
            and self.text.gap(match.last) == " "
            and re.match(r"\d+(?!\d|st\b|nd\b|rd\b|th\b)", self.text.text[self.text.atoms[match.last + 1].start :][:12])
            is not None
        )

    def speaks(self, match: Match) -> bool:
        """Does an office act as one: `the Pentagon said`, `the Army awarded`?"""
        following = self.text.atoms[match.last + 1].text if self.text.gap(match.last) == " " else ""
        return match.first > 0 and self.text.atoms[match.first - 1].key == "the" and following in _SPEAKS

    def counted(self, match: Match) -> bool:
        """Is it a plural with a number in front: `4,000 Bradleys`?"""
        before = self.text.atoms[match.first - 1].text if match.first and self.text.gap(match.first - 1) == " " else ""
        return match.inflected and (before.isdigit() or before.lower() in _NUMBERS)

    def traded(self, match: Match) -> bool:
        """Does a word of the trade follow at once: `the Stinger line`?"""
        return self.text.gap(match.last) == " " and self.text.atoms[match.last + 1].text in _TRADE

    def held(self, match: Match) -> bool:
        """Does an article, a possessive or a number stand before the name, and does the name end its phrase?"""
        atoms = self.text.atoms
        before = atoms[match.first - 1].text if match.first and self.text.gap(match.first - 1) == " " else ""
        if before.islower() and before not in _HOLDERS and match.first > 1 and self.text.gap(match.first - 2) == " ":
            before = atoms[match.first - 2].text  # `the smaller TB2`
        after = atoms[match.last + 1].text if self.text.gap(match.last) == " " else ""
        held = before.lower() in _HOLDERS or before.isdigit() or before.lower() in _NUMBERS
        ends = not after or after in _FOLLOWS or after.endswith("ed")  # no `Crusader castle`
        return (held and ends) or after in _HARDWARE

    def located(self, match: Match) -> bool:
        """Does a word of place stand before it: `in Saratov`, `over the Negev`?"""
        before = [atom.text for atom in self.text.atoms[max(0, match.first - 2) : match.first]]
        return bool(before) and (before[-1] in LOCATING or (before[-1] == "the" and before[0] in LOCATING))

    def shouted(self, match: Match) -> bool:
        """Is its line, of more words than the name, all capitals?"""
        before, after = self.text.text[max(0, match.start - _LINE) : match.start], self.text.text[match.end : match.end + _LINE]
        line = before.rpartition("\n")[2] + self.text.text[match.start : match.end] + after.partition("\n")[0]
        return line.isupper() and sum(map(str.isupper, line)) > match.end - match.start + 6

    def bare(self, match: Match) -> bool:
        """Does neither an article nor a word of a ship's kind stand before the name?"""
        return not match.first or self.text.atoms[match.first - 1].key not in ("the", "s", "new", "old", "first", "sister")

    def called_ship(self, match: Match) -> bool:
        """Does the word for a kind of ship stand right before it, in a language other than English: `Фрегат «Адмирал Головко»`?"""
        if self.text.text[: match.start].endswith(_WIDE_SHIPS):
            return True
        gap = self.text.gap(match.first - 1) if match.first else None
        return gap is not None and gap.strip(' «„“"') == "" and self.text.atoms[match.first - 1].text.lower().startswith(_SHIPS)

    def sails(self, match: Match) -> bool:
        """Does `the` stand before the name of a ship and what ships do behind it: `the Fujian joined the fleet`?"""
        following = self.text.atoms[match.last + 1].text if self.text.gap(match.last) == " " else ""
        return match.first > 0 and self.text.atoms[match.first - 1].key == "the" and following in _SAILS

    def has_word(self, match: Match, wanted: tuple[str, ...]) -> bool:
        """One of `wanted` (any inflection) within six tokens of the span."""
        atoms = self.text.atoms
        left = atoms[max(0, match.first - _WINDOW) : match.first]
        right = atoms[match.last + 1 : match.last + 1 + _WINDOW]
        return contains([a.text for a in left], wanted) or contains([a.text for a in right], wanted)

    def plural_follows(self, match: Match, wanted: tuple[str, ...]) -> bool:
        """Is the next word one of `wanted` in the plural?"""
        following = self.text.atoms[match.last + 1].text if self.text.gap(match.last) == " " else ""
        return following.endswith("s") and contains([following], wanted)

    def fit(self, match: Match, wanted: tuple[str, ...]) -> int:
        """How well a name's own class words fit: 2 when one follows at once (`Sentinel missile`), 1 when one is near, else 0."""
        following = [atom.text for atom in self.text.atoms[match.last + 1 : match.last + 3]]
        return 2 if contains(following, wanted) else int(self.has_word(match, wanted))


def contains(have: list[str], wanted: tuple[str, ...]) -> bool:
    """Is one of the words or phrases `wanted`, in any inflection, among the words `have`?"""
    if not have:
        return False
    keys = [key(word) for word in have]
    line = " " + " ".join(keys) + " "
    for word in wanted:
        want, last = _wanted(word)
        if not want or want not in line:
            continue
        if word.isascii() or any(agrees(last, plain(h).lower(), "") for h in have):
            return True
    return False


@functools.lru_cache(maxsize=20_000)
def _wanted(word: str) -> tuple[str, str]:
    """A word or phrase of a rule as keys between blanks ("" for none), and its last word."""
    atoms = [atom.text for atom in atomise(word)]
    return (f" {' '.join(map(key, atoms))} ", plain(atoms[-1]).lower()) if atoms else ("", "")
