"""Words right beside a name which say that it is something else: a car, a bus line, a team, the town instead of the base in it."""

import re

from transforms.tag.defense.around import LOCATING
from transforms.tag.defense.atoms import DASHES, is_cyrillic, words
from transforms.tag.defense.matcher import Match, Text

# Whose body a text in this language means when it names no country; Spanish, Portuguese and Arabic leave it open.
HOMES = {
    "en": "USA", "uk": "UKR", "ru": "RUS", "de": "DEU", "fr": "FRA", "pl": "POL", "tr": "TUR", "ko": "KOR", "zh": "CHN", "ja": "JPN",
    "it": "ITA", "nl": "NLD", "sv": "SWE", "no": "NOR", "nb": "NOR", "da": "DNK", "fi": "FIN", "cs": "CZE", "sk": "SVK", "he": "ISR",
    "fa": "IRN", "el": "GRC", "hu": "HUN", "ro": "ROU", "bg": "BGR", "lt": "LTU", "lv": "LVA", "et": "EST",
}  # fmt: skip
_CARS = words(
    """Mercedes Benz BMW Audi Opel Volkswagen VW Porsche Toyota Lexus Nissan Honda Mazda Subaru Suzuki Kia Hyundai Renault Peugeot
    Citroën Dacia Fiat Škoda Skoda Seat Volvo Ford Chevrolet Chrysler Dodge Cadillac Buick GMC Tesla Jeep Bugatti Lamborghini Ferrari"""
)
_ALSO_CARS = words(
    "Rolls-Royce Saab Kia Mitsubishi Hyundai Kawasaki Volvo"
)  # firms whose name is also that of a car or a motorcycle
_NAMED_LIKE = words("badged branded themed style styled shaped like esque inspired print")  # `a Viggen-badged 9-3`
_PHRASE_ENDS = words("in on at or that which who for outside parked")
_LANGUAGE = (
    "Afrikaans|Arabic|Chinese|Czech|Danish|Dutch|English|Farsi|Finnish|French|German|Greek|Hebrew|Hindi|Hungarian|Italian|Japanese|"
    "Korean|Latin|Norwegian|Persian|Polish|Portuguese|Russian|Sanskrit|Serbian|Spanish|Swedish|Turkish|Ukrainian|Urdu"
)
# `Smerch means tornado in Russian`, `Krab is Polish for crab`, `Baykar is a surname`
_ABOUT_THE_WORD = re.compile(
    rf",? (?:is|was|means) (?:[\w'-]+ ){{0,4}}?(?:in (?:{_LANGUAGE})(?=[.,;:!?)]|$)|(?:{_LANGUAGE}) (?:for|word|name)\b|"
    r"(?:sur|nick|first )name\b)"
    r"|,? (?:means|is the (?:name|answer|word)|was the answer|rhymes with)\b"
)
_TITLES = words("Operation Exercise Op sign Storm Cyclone Lake Mount")
_NUMBERED = words(
    "Bill Flight Form Room Route Highway Road Bus Line Gate Seat Section Paragraph Resolution Chapter Appendix Act Schedule"
)
_LETTERED = words("flight gate bus stand pier stall locker exit junction Stand Pier Locker Exit Junction")
_HULL = re.compile(
    r"\b(?:HMS|HMAS|HMCS|HMNZS|USS|USNS|USCGC|INS|ROKS|KRI|BRP|FGS|ORP|TCG|HDMS|HNLMS|HSwMS) [A-ZÀ-Þ][\w .'-]{2,30} \($"
)
_TRAFFIC = words("bus buses tram trams motorway freeway highway bypass junction interchange")
_RIVALS = words("against beat beats vs versus over defeated defeats hosts visits faces")
_PLAYS = words("beat beats defeated defeats hosts visits faces lost plays wins won routs rallies")
_AFTER_TEAM = words("on in at and this last for by to")
_LOCATING = LOCATING | words("aus bei nach über à de en w z do в над под из у к до по від з біля")
_INSIDE = words("in on off en em w we в у")  # a base is stood *at*, a town lived *in*
_TOWNS = words("town city mayor municipality village residents citizens")
_STAKES = words("stake stakes share shares invest invests invested investing investment interest holding confidence")
_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|"
    "Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New [A-Z]\\w+|"
    "North [A-Z]\\w+|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South [A-Z]\\w+|Tennessee|Texas|Utah|Vermont|Virginia|Washington|"
    "West Virginia|Wisconsin|Wyoming|Ontario|Quebec|"
    "(?:Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Tex|Va|Vt|"
    r"Wash|Wis|Wyo)\."
)
_IN_A_STATE = re.compile(rf", (?:{_STATES})(?=[,.;:) ]|$)")
_DATELINE = re.compile(rf"(?:, (?:{_STATES}))? ?[-–—:] ")


def is_namesake(text: Text, match: Match, parent_names: frozenset[str]) -> bool:
    """Do the words that touch the name show another thing? `parent_names` are the words of the maker's name."""
    if _ABOUT_THE_WORD.match(text.text, match.end):
        return True
    label = match.form.entity.label
    before = text.atoms[match.first - 1].text if text.gap(match.first - 1) == " " else ""
    gap = text.gap(match.last)
    after = text.atoms[match.last + 1].text if gap == " " else ""
    if label != "AGENCY" and not match.form.designator and _opens_dateline(text, match):
        return True  # `SEVERODVINSK: The submarine ...`
    if label == "PLATFORM" and gap == "-" and _is_small(text.atoms[match.last + 1].text) and not match.variant:
        return True  # `«Искандер-наме»`
    if label == "PLATFORM" and gap == "-" and text.atoms[match.last + 1].text in _NAMED_LIKE:
        return True
    if label == "COMPANY" and text.text[match.start : match.end] in _ALSO_CARS and _is_one(text, match):
        return True
    if label == "PLATFORM" and match.form.designator and _ends_a_code(text.text[: match.start]):
        return True  # the `E2` of `E195-E2`
    if label == "PLATFORM" and before in _TITLES and not match.form.designator:
        return True  # `Operation Spider's Web`, `Call sign Phoenix`
    lettered = (
        before in _LETTERED and not match.inflected and not match.variant and match.first > 1 and text.gap(match.first - 2) != "-"
    )
    if (before in _NUMBERED or lettered) and match.form.designator:
        return True  # `Bill C-295`, `Flight KA 52`
    if label == "PLATFORM" and match.respaced and not match.spread and before in _INSIDE and _ends_phrase(text, match):
        return True  # a house `in CH47,`: a postcode
    if gap == "-" and match.form.alias.text.isupper() and label in ("AGENCY", "COMPANY", "PROGRAM"):
        following = text.atoms[match.last + 1].text
        if following.isupper() and 1 < len(following) < 5:
            return True  # `DAPA-CKD`
    bracketed = label == "PLATFORM" and text.text.startswith(")", match.end)
    if bracketed and _HULL.search(text.text, max(0, match.start - 50), match.start):
        return True  # `HMS Glasgow (F88)`
    if label == "PLATFORM":
        town = match.form.entity.category == "naval" and match.first == match.last
        ship = town and match.form.alias.rule.gated and not match.form.designator
        if ship and before in _LOCATING:
            return True  # ships are named after the towns they lie in
        return (before in _CARS and before not in parent_names) or after in _TRAFFIC
    if label in ("COMPANY", "FACILITY") and is_town(text, match, alone=not match.form.alias.rule.words):
        return True
    if label == "AGENCY" and after.startswith("One"):
        return True  # `Air Force One`, the aeroplane and the shoe
    if label == "AGENCY":
        article = before.lower() in ("the", "s") or match.form.alias.text.count(" ") > 1
        return (before in _RIVALS and (gap != " " or after in _AFTER_TEAM)) or (
            after in _PLAYS and not article and match.form.entity.id.endswith(("-generic", "us-army", "us-navy", "us-air-force"))
        )
    if label == "FACILITY" and match.form.alias.rule.gated:
        return gap in tuple(DASHES) or (before.lower() in _INSIDE and bool(match.form.alias.rule.words))
    return False


def _opens_dateline(text: Text, match: Match) -> bool:
    """Does the name open a line as the place from which it is told: `SEVERODVINSK: `, `ANNISTON, Ala. - `?"""
    opens = match.start == 0 or text.text[match.start - 1] == "\n"
    entity = match.form.entity
    place = entity.label == "FACILITY" or entity.category == "naval" or (entity.label == "COMPANY" and match.first == match.last)
    if not place or match.form.alias.text.isupper():  # `HIMARS: how ...`
        return False
    return opens and text.text[match.start : match.end].isupper() and _DATELINE.match(text.text, match.end) is not None


def is_town(text: Text, match: Match, *, alone: bool) -> bool:
    """Is it the town that the firm or base is named after: `Oshkosh, Wisconsin`, `the mayor of Kongsberg`? `performed in Oshkosh` is one
    where the name cannot stand for the firm `alone`."""
    if match.first != match.last:
        return False
    before = text.atoms[match.first - 1].text if text.gap(match.first - 1) == " " else ""
    if _IN_A_STATE.match(text.text, match.end):
        return True
    if before == "of" and match.first > 1 and text.atoms[match.first - 2].text.lower() in _TOWNS:
        return True
    ends = not text.text[match.end : match.end + 2].strip(" .,;")
    if match.form.entity.label != "COMPANY" or before != "in" or not ends:
        return False
    held = match.first > 1 and text.atoms[match.first - 2].text.lower() in _STAKES
    return not alone or (not held and not _TOWNS.isdisjoint(match.form.alias.rule.nots))


def _ends_phrase(text: Text, match: Match) -> bool:
    return text.text[match.end : match.end + 1] in (",", ".", "")


def _is_one(text: Text, match: Match) -> bool:
    """`a Saab`, `a borrowed Rolls-Royce,`: an article before, and the name ends its phrase."""
    before = [atom.text for atom in text.atoms[max(0, match.first - 2) : match.first]]
    article = before[-1:] in (["a"], ["A"]) or (len(before) == 2 and before[0] in ("a", "A") and before[1].islower())
    after = text.atoms[match.last + 1].text if text.gap(match.last) == " " else ""
    return article and (not after or after in _PHRASE_ENDS)


def _is_small(word: str) -> bool:
    return len(word) > 2 and word.islower() and is_cyrillic(word)


def _ends_a_code(before: str) -> bool:
    """Does a code with a digit in it stand before, tied by a hyphen?"""
    return before.endswith("-") and before[-2:-1].isdigit()
