"""Names that no list can hold, found by their pattern: calibre + noun, ships by their prefix, US electronics by `AN/`.

Prefixes are those that the navies themselves write; `AN/` is the joint electronics type designation (MIL-STD-196).
"""

import re
from bisect import bisect_left, bisect_right

from transforms.tag.defense.forms import Form
from transforms.tag.defense.lexicon import Alias, Entity, Lexicon, Rule
from transforms.tag.defense.matcher import Match, Text

_QUALIFIER = (
    r"(?:(?:NATO|NATO-standard|artillery|mortar|tank|howitzer|high-explosive|HE|guided|field|naval|standard|calib(?:er|re)|cannon|anti-tank|"
    r"precision-guided|extended-range|long-range|base-bleed|practice|training|smoke|illumination|cluster|Soviet-standard|Grad)[\s-]+){0,3}"
)
_NOUN = (
    r"(?:shells?|rounds?|ammunition|ammo|projectiles?|munitions?|cartridges?|bullets?|rockets?|mines?|(?:mortar )?bombs?|"
    r"grenades?|torpedo(?:e?s)?)"
)
_MM = r"[\s\u00a0]?[-‑–]?[\s\u00a0]?(?:mm|millimet(?:er|re)s?|мм)"
_CALIBRES = (
    re.compile(rf"(?<![\w.,/])(?P<n>\d{{1,3}}(?:\.\d{{1,2}})?){_MM}(?:\s?[x×]\s?\d+(?:\s?mm)?)?[\s-]+(?P<noun>{_QUALIFIER}{_NOUN})\b"),
    re.compile(rf"(?<![\w.,/])(?P<n>\d{{1,2}}(?:\.\d{{1,2}})?)\s?[x×]\s?\d{{2,3}}{_MM}[\s-]+(?P<noun>{_QUALIFIER}{_NOUN})\b"),
    re.compile(rf"(?<![\w.,/])(?P<n>\d{{1,3}}(?:,\d{{1,2}})?){_MM}[\s-]?-?(?P<noun>(?:Artillerie)?(?:[Mm]unition|[Gg](?:ranat|eschoss)en?))\b"),
    re.compile(rf"(?<![\w.,/])(?P<n>\d{{1,3}}(?:,\d{{1,2}})?){_MM}\s(?P<noun>(?:снаряд|боєприпас|боеприпас|ракет|мін|мин)\w{{0,4}})\b"),
    re.compile(rf"(?P<noun>(?:снаряд|бо[єе]припас|ракет|м[іи]н)\w{{0,4}}) кал[иі]бр\w{{1,3}} (?P<n>\d{{1,3}}){_MM}(?!\w)"),
    re.compile(rf"(?P<noun>(?:obus|munitions?|munici(?:ones|ón)|proyectiles|proiettili|muni(?:zioni|ções)) d[ea]) (?P<n>\d{{1,3}}){_MM}\b"),
    re.compile(rf"(?P<noun>(?:pocisk|amunicj|nabo[jió])\w{{0,4}}) (?:kal\. |kalibru )?(?P<n>\d{{1,3}}){_MM}\b"),
)  # fmt: skip
_FAMILIES = (
    ("mortar", r"mortar|bomb|мін|мин"),
    ("rocket", r"rocket|ракет"),
    ("torpedo", r"torpedo"),
    ("cartridge", r"cartridge|bullet"),
)
_ORDER = ("shell", "cartridge", "mortar", "rocket", "torpedo")
_SHIPS = {
    "HMS": "GBR", "HMAS": "AUS", "HMCS": "CAN", "HMNZS": "NZL", "HSwMS": "SWE", "HNoMS": "NOR", "HDMS": "DNK", "HNLMS": "NLD",
    "USS": "USA", "USNS": "USA", "USCGC": "USA", "ICGS": "IND", "ROKS": "KOR", "ROCS": "TWN", "KRI": "IDN", "BRP": "PHL", "HTMS": "THA",
    "FGS": "DEU", "ORP": "POL", "TCG": "TUR", "ESPS": "ESP", "NRP": "PRT", "RFA": "GBR", "PNS": "PAK", "ARA": "ARG", "BAP": "PER",
    "GNS": "GHA", "LÉ": "IRL", "ROU": "URY", "NNS": "NGA", "SLNS": "LKA", "BNS": "BGD", "ARC": "COL", "ARM": "MEX", "RSS": "SGP",
    "KD": "MYS",
}  # fmt: skip
_OTHER_PREFIXES = ("INS", "JS", "ROCS", "USCGC", "RFS", "IRIS", "HS", "FS", "ITS", "CNS", "NMS", "KDB", "EML", "ENS", "RNS")
_NEEDS_CUE = frozenset({"RFA", "PNS", "ARA", "BAP", "ARC", "ARM", "RSS", "KD", "BNS", "ROU"})
_WORD = r"[A-ZÀ-ÞĀ-Ž][\w'’.-]*"
_SHIP = re.compile(rf"\b(?P<prefix>{'|'.join(_SHIPS)}) (?P<name>{_WORD}(?: (?:{_WORD}|of|the|de|do|da|van|II|III)){{0,3}})")
_KIND = (
    r"(?:frigate|destroyer|corvette|submarine|cruiser|aircraft carrier|warship|test ship|minehunter|minesweeper|patrol (?:vessel|ship)|"
    r"landing ship|assault ship|Fregatte|Korvette|Zerstörer|U-Boot|frégate|corvette|sous-marin|porte-avions|fragata|corbeta|submarino|"
    r"patrullero|fregat[aęyą]|korwet[aęyą]|okręt(?:u|em)?|niszczyciel[ea]?|fırkateyni?|korveti?)"
)
# Quoted, or in Chinese with its last character, whatever is called a warship is one.
_NAMED_SHIPS = (
    re.compile(
        r"\b(?:фрегат|корвет|эсмин|есмін|крейсер|подлодк|подводн\w+ лодк|п[іи]дводн\w+ ч[ао]вн|(?:десантн|сторожев|ракетн)\w+ кора?бл|"
        r"тральщик|авианос|авіанос|ракетоносц)\w* [«„“\"](?P<name>[А-ЯЁІЇЄҐ][^«»“”„\"\n]{2,30})[»”“\"]"
    ),
    re.compile(
        r"\b(?:Fregatte|Korvette|Zerstörer|U-Boot|Minenjagdboot|Einsatzgruppenversorger|frégate|sous-marin|porte-avions|fragata|corbeta|"
        r"submarino|patrullero|fregat[aęyą]|okręt\w{0,2}|fregata|cacciatorpediniere|sommergibile) "
        r"[«„“\"](?P<name>[A-ZÀ-ÞĀ-Ž][^«»“”„\"\n]{2,30})[»”“\"]"
    ),
    re.compile(r"(?:驱逐舰|护卫舰|补给舰|登陆舰|攻击舰|航母|潜艇)(?P<name>[\u4e00-\u9fff]{2,6}?[号舰])"),
)
_BARE_SHIP = re.compile(rf"\b{_KIND} [«„“\"']?(?P<name>{_WORD}(?: (?:{_WORD}|of|the|de|do|da|van|II|III)){{0,3}})")
_HULL_NUMBER = re.compile(r"[»”\"']? \((?:[A-Z]{2,4}[ -]?)?\d{2,4}\)")
_TYPE_WORDS = frozenset(
    {
        "Type",
        "Class",
        "The",
        "Commander",
        "Captain",
        "Navy",
        "Block",
        "President",
        "Prime",
        "Minister",
        "Secretary",
        "Force",
        "Program",
    }
)
_ELECTRONICS = re.compile(r"\bAN/[A-Z]{3}-\d{1,3}[A-Z]?(?:\(V\)\d?)?")
_BASE_WORD = r"[A-ZÀ-ÞĀ-Ž][\w'’.-]{0,40}"  # bounded: a page of hyphens is one word, in which every part can begin
_BASE = re.compile(
    rf"\b(?P<name>(?:{_BASE_WORD} ){{1,3}})(?:Air Base|Airbase|Air Force Base|AFB|Naval Base|Naval Station|(?:Naval )?Air Station|"
    r"Air Force Station|Space Force (?:Base|Station)|Naval (?:Ship|Dock)yard|Army (?:Depot|Ammunition Plant|Airfield)|Proving Grounds?|"
    r"Aerodrome|Training Area|"
    r"Missile (?:Test )?Range)(?![\w-])"
)
_AT_BASE = re.compile(
    rf"\b(?P<name>(?:{_BASE_WORD} ){{1,2}})(?:air ?base|airfield|aerodrome|naval (?:base|station)|(?:missile|test|proving) "
    r"(?:range|ground)|army depot)\b"
)
_NO_NAME = frozenset(
    {"The", "At", "In", "From", "Near", "To", "And", "On", "Of", "A", "An", "Its", "His", "Their", "This", "That"}
)
_NO_BASE = (
    "Air",
    "Navy",
    "Army",
    "NATO",
    "US",
    "U.S",
    "Soviet",
    "Allied",
    "European",
    "Western",
    "Arctic",
    "Royal",
    "Main",
    "New",
)
_RULES = {False: Rule(), True: Rule(near=True)}


class Patterns:
    """Candidates by pattern. Those that the lexicon lists too carry its entity, the others an entity without an id."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._munitions = {key: entity for key, entity in lexicon.entities.items() if entity.category == "munition"}
        self._ships: dict[str, Entity] = {}  # by the name without the prefix of its navy
        for entity in lexicon.entities.values():
            for alias in entity.aliases if entity.category == "naval" else ():
                prefix, _, name = alias.text.partition(" ")
                if name and (prefix in _SHIPS or prefix in _OTHER_PREFIXES) and "-class" not in name:
                    self._ships.setdefault(name, entity)

    def matches(self, text: Text) -> list[Match]:
        """Candidates in no particular order; lists and their longer forms are the matcher's."""
        found = self._calibres(text) if "mm" in text.text or "мм" in text.text or "millim" in text.text else []
        for match in _SHIP.finditer(text.text):
            prefix = match["prefix"]
            name = _ship_name(match["name"])
            if name:
                entity = Entity("", f"{prefix} {name}", "PLATFORM", (), _SHIPS[prefix], "naval")
                found.append(_match(text, entity, match.start(), match.start("name") + len(name), near=prefix in _NEEDS_CUE))
        found += self._bare_ships(text)
        for match in _ELECTRONICS.finditer(text.text):
            entity = Entity("", match.group(), "PLATFORM", (), "USA", "sensor_ew")
            found.append(_match(text, entity, match.start(), match.end()))
        for match in _BASE.finditer(text.text):
            start = match.start("name") + len(match["name"]) - len(_base_name(match["name"]))
            if start < match.end("name"):
                entity = Entity("", text.text[start : match.end()], "FACILITY", ())
                found.append(_match(text, entity, start, match.end()))
        for match in _AT_BASE.finditer(text.text):
            name = _base_name(match["name"])
            start = match.start("name") + len(match["name"]) - len(name)
            if name.strip() and not name.startswith(_NO_BASE):
                entity = Entity("", name.strip(), "FACILITY", ())
                found.append(_match(text, entity, start, start + len(name.rstrip())))
        return found

    def _bare_ships(self, text: Text) -> list[Match]:
        """`the destroyer Jeremiah Denton (DDG 129)`, `die Fregatte Bayern`: ships we list, or those whose hull number follows."""
        found = []
        for match in _BARE_SHIP.finditer(text.text):
            start, name = match.start("name"), _ship_name(match["name"])
            parts = match["name"].split(" ")
            listed = next(
                (part for n in range(len(parts), 0, -1) if (part := " ".join(parts[:n]).rstrip(".,")) in self._ships), ""
            )
            if listed:
                found.append(_match(text, self._ships[listed], start, start + len(listed)))
            elif name and _HULL_NUMBER.match(text.text, start + len(name)):
                found.append(_match(text, Entity("", name, "PLATFORM", (), "", "naval"), start, start + len(name)))
        for pattern in _NAMED_SHIPS:
            for match in pattern.finditer(text.text):
                name = match["name"]
                entity = self._ships.get(name) or Entity("", name, "PLATFORM", (), "", "naval")
                found.append(_match(text, entity, match.start("name"), match.end("name")))
        return found

    def _calibres(self, text: Text) -> list[Match]:
        found = []
        for pattern in _CALIBRES:
            for match in pattern.finditer(text.text):
                number = match["n"].replace(",", ".")
                kind = next((family for family, words in _FAMILIES if re.search(words, match["noun"], re.I)), "")
                ids = [f"{family}-{number.replace('.', '')}mm" for family in ((kind, *_ORDER) if kind else _ORDER)]
                munitions = [self._munitions[key] for key in ids if key in self._munitions]
                known = next((m for m in munitions if m.name.startswith(f"{number}mm")), None)  # 12.7 mm is not 127 mm
                entity = known or Entity("", match.group(), "PLATFORM", (), "", "munition")
                found.append(_match(text, entity, match.start(), match.end()))
        return found


def _ship_name(words: str) -> str:
    """The name without a trailing particle or full stop: `Gerald R. Ford`, not `Glasgow.`"""
    kept: list[str] = []
    for word in words.split():
        if word in _TYPE_WORDS or "-" in word or (kept and kept[-1].endswith(".") and len(kept[-1]) > 2):
            break
        kept.append(word)
    while kept and kept[-1].islower():
        kept.pop()
    name = re.sub(r"['’]s?$|[.'’-]+$", "", " ".join(kept))
    return name if len(name) > 2 else ""


def _base_name(words: str) -> str:
    """`Larissa ` of `At Larissa `: without function words, and without what stands before a full stop or comma."""
    kept = words.split(" ")
    for number, word in enumerate(kept):
        if word in _NO_NAME or word.endswith((".", ",")) or re.search(r"['’]s?$", word):
            kept = kept[number + 1 :]
            return _base_name(" ".join(kept))
    return words


def _match(text: Text, entity: Entity, start: int, end: int, *, near: bool = False) -> Match:
    first = bisect_right(text.atoms, start, key=lambda atom: atom.start) - 1
    last = bisect_left(text.atoms, end, key=lambda atom: atom.end)
    form = Form(entity, Alias(text.text[start:end], _RULES[near]), (text.text[start:end], ""), (), True, False)
    return Match(form, first, min(last, len(text.atoms) - 1), start, end)
