"""The word forms of names in other languages: cases of Ukrainian, Russian, Polish, endings of German, French, Spanish demonyms.

The rules are the regular declensions of place names and of adjectives in -ский, -ський, -ski; what is irregular is written out in the
tables. Forms that do not exist do no harm: they are only looked up.
"""

from collections.abc import Callable
from typing import Final

_RU_ADJECTIVE: Final = "ий ый ого ому им ом его ему ем ая ой ую ою ое ие ые их ых ими ыми ым".split()
_UK_ADJECTIVE: Final = "ий ого ому им ім а ої ій у ою е і их ими".split()
_PL_ADJECTIVE: Final = "i iego iemu im a iej ą ie ich imi o".split()


def place_forms(name: str, language: str) -> set[str]:
    """All forms of the name of a country or town, the name itself included."""
    decline = {"ru": _ru, "uk": _uk, "pl": _pl}.get(language)
    if language in ("de", "sv", "da", "no", "nl"):
        return {name, name + "s"} if name[-1] not in "sßxz" else {name}
    if decline is None:
        return {name}
    words = name.split(" ")
    if len(words) == 1:
        return decline(name)
    if len(words) == 2:
        return {f"{a} {b}" for a in _first_word(words[0], language, decline) for b in decline(words[1])}
    if len(words) == 3:  # "Объединённые Арабские Эмираты": cases agree, but to try all pairs costs less than to know which
        firsts, seconds = (_first_word(word, language, decline) for word in words[:2])
        return {f"{a} {b} {c}" for a in firsts for b in seconds for c in decline(words[2])}
    return {name, *(" ".join(words[:-1]) + " " + last for last in decline(words[-1]))}


def _first_word(word: str, language: str, decline: Callable[[str], set[str]]) -> set[str]:
    if language in ("ru", "uk") and word[-2:] in ("ая", "ый", "ий", "ой", "ое", "ие", "ые"):
        stem = word[:-2]
        return {word, *(stem + ending for ending in (_RU_ADJECTIVE if language == "ru" else _UK_ADJECTIVE))}
    if language == "uk" and word[-2:] in ("ка", "на", "ва", "ні", "кі", "ві"):
        return {word, *(word[:-1] + ending for ending in _UK_ADJECTIVE)}
    return decline(word)


def _ru(word: str) -> set[str]:
    stem = word[:-1]
    if word.endswith("ия"):
        endings = "я и ю ей ею"
    elif word[-1] == "а":
        endings = "а ы и е у ой ою"
    elif word[-1] == "я":
        endings = "я и е ю ей"
    elif word[-1] == "ь":
        endings = "ь и ью я ю ем ём е"
    elif word[-1] == "й":
        endings = "й я ю ем е"
    elif word[-1] == "ы":
        return {word, stem, *(stem + e for e in ("ов", "ам", "ами", "ах"))}
    elif word.endswith("ово"):
        endings = "о а у ом е"
    elif word.endswith("ье"):
        endings = "е я ю ем"
    elif word[-1] in "оеуэиё":
        return {word}
    else:
        return {word, *(word + e for e in ("а", "у", "ом", "ем", "е"))}
    return {stem + e for e in endings.split()}


def _uk(word: str) -> set[str]:
    stem = word[:-1]
    if word.endswith("ія"):
        endings = "я ї ю єю"
    elif word[-1] == "а":
        soft = {"к": "ц", "г": "з", "х": "с"}.get(stem[-1:])
        return {stem + e for e in "а и і у ою".split()} | ({stem[:-1] + soft + "і"} if soft else set())
    elif word[-1] == "я":
        endings = "я і ю ею єю ям"
    elif word[-1] == "ь":
        return {stem + e for e in "ь і ю я ем".split()} | {stem + stem[-1] + "ю"}
    elif word[-1] == "й":
        endings = "й ю я єм ї"
    elif word[-1] == "и":
        return {word, stem, *(stem + e for e in ("ів", "ам", "ами", "ах"))}
    elif word.endswith(("ово", "про")):
        endings = "о а у ом і"
    elif word[-1] in "оеуєіїю":
        return {word}
    else:
        oblique = word[:-2] + {"їв": "єв", "ів": "ов"}.get(word[-2:], word[-2:])
        other = word[:-2] + "ев" if word.endswith("ів") else oblique
        return {word, *(base + e for base in (oblique, other) for e in ("а", "у", "ом", "ем", "і", "ові"))}
    return {stem + e for e in endings.split()}


def _pl(word: str) -> set[str]:
    stem = word[:-1]
    if word.endswith(("ia", "ja")):
        return {stem + e for e in ("a", "i", "ę", "ą")} | {word[:-2] + e for e in ("ii", "i", "ię", "ią")}
    if word[-1] == "a":
        changed = {"k": "ce", "g": "dze", "r": "rze", "t": "cie", "d": "dzie", "ł": "le"}.get(stem[-1:])
        return {stem + e for e in ("a", "y", "i", "ie", "ę", "ą")} | ({stem[:-1] + changed} if changed else set())
    if word[-1] == "ś":
        return {word, stem + "si", stem + "sią"}
    if word[-1] == "ń":
        return {word, *(stem + e for e in ("nia", "niu", "niem", "niowi"))}
    if word[-1] in "oeiyuéę":
        return {word}
    oblique = word[:-2] + "ow" if word.endswith("ów") else word
    changed = {"t": "cie", "d": "dzie", "r": "rze", "ł": "le"}.get(oblique[-1], oblique[-1] + "ie")
    return {word, *(oblique + e for e in ("u", "a", "owi", "em", "iem")), oblique[:-1] + changed}


def demonym_forms(base: str, language: str) -> set[str]:
    """All forms of a demonym given as in `demonyms.tsv`: an adjective, or a word for people."""
    inflect = _DEMONYMS.get(language)
    forms = inflect(base) if inflect else {base}
    return forms | {f[0].upper() + f[1:] for f in forms}


def _ru_demonym(word: str) -> set[str]:
    if word.endswith("ий"):
        return {word[:-2] + e for e in _RU_ADJECTIVE}
    stem = word[:-1]
    if word.endswith("не"):
        return {stem + e for e in ("е", "", "ам", "ами", "ах", "ин", "ина", "ину", "ином", "ине", "ка", "ки", "ку", "кой", "ок")}
    singular = (
        {stem[:-1] + e for e in ("ец", "ца", "цу", "цем")}
        if stem.endswith("ц")
        else {stem, *(stem + e for e in ("а", "у", "ом"))}
    )
    return {word, *(stem + e for e in ("ов", "ев", "ам", "ами", "ах"))} | singular


def _uk_demonym(word: str) -> set[str]:
    if word.endswith("ий"):
        return {word[:-2] + e for e in _UK_ADJECTIVE}
    stem = word[:-1]
    singular = (
        {stem[:-1] + e for e in ("ець", "ця", "цю", "цем", "цеві")}
        if stem.endswith("ц")
        else {stem, *(stem + e for e in ("а", "у", "ом", "ин", "ина"))}
    )
    return {word, stem, *(stem + e for e in ("ів", "ам", "ями", "ями", "ями", "ям", "ях", "ами", "ах"))} | singular


def _pl_demonym(word: str) -> set[str]:
    if word.endswith("ki"):
        return {word[:-1] + e for e in _PL_ADJECTIVE} | {word[:-2] + "cy"}
    if word.endswith("anie"):
        return {word[:-2] + e for e in ("ie", "", "om", "ami", "ach", "in", "ina", "inem", "inowi", "ka", "ki", "kę", "ką")}
    if word.endswith("owie"):
        return {word[:-4] + e for e in ("owie", "ów", "om", "ami", "ach", "", "a", "owi", "em")}
    stem = word[:-1]
    if word.endswith(("czycy", "acy")):  # Etiopczycy: Etiopczyk, Etiopczyków
        return {word, *(stem[:-1] + "k" + e for e in ("", "a", "owi", "iem", "ów", "om", "ami", "ach"))}
    return {word, *(stem + e for e in ("ów", "om", "ami", "ach", "a", "owi", "em"))}


def _de_demonym(word: str) -> set[str]:
    if word[0].islower() or word.startswith("US-"):
        return {word + e for e in ("e", "er", "es", "en", "em")}  # without an ending it is the language or an adverb
    return {word + e for e in (("", "n") if word.endswith("e") else ("", "s", "n", "in", "innen"))}


def _fr_demonym(word: str) -> set[str]:
    if word.endswith(("ien", "éen", "on")):
        return {word + e for e in ("", "s", "ne", "nes")}
    if word.endswith("s"):
        return {word + e for e in ("", "e", "es")}
    if word.endswith("c"):
        return {word + e for e in ("", "s", "que", "ques")} | {word[:-1] + e for e in ("que", "ques")}
    return {word + e for e in (("", "s") if word.endswith("e") else ("", "s", "e", "es"))}


def _es_demonym(word: str) -> set[str]:
    if word.endswith(("és", "án", "ón")):
        stem = word[:-2] + {"é": "e", "á": "a", "ó": "o"}[word[-2]] + word[-1]
        return {word, *(stem + e for e in ("es", "a", "as"))}
    if word[-1] == "o":
        return {word[:-1] + e for e in ("o", "os", "a", "as")}
    if word[-1] in "aeí":
        return {word, word + "s", word + "es"}
    return {word + e for e in ("", "es", "a", "as")}


_DEMONYMS: Final[dict[str, Callable[[str], set[str]]]] = {
    "ru": _ru_demonym, "uk": _uk_demonym, "pl": _pl_demonym, "de": _de_demonym, "fr": _fr_demonym, "es": _es_demonym,
}  # fmt: skip
