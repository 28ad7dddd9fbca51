"""Which written forms of a word count as the word: plurals, Cyrillic cases, suffixes of Latin-script languages, Korean particles.

The ending lists are the regular noun and adjective declensions of the languages' school grammars, cut to what follows names.
"""

import functools
from collections.abc import Iterator

from transforms.tag.defense.atoms import is_cyrillic, is_semitic, key, plain, words

# Ukrainian letters are written as `plain` makes them: і and ї as и, є as е.
_CYRILLIC_BASE = words("а я й ь о е ы и у ю ий ый ой ая ое ые ие ия яя ее ськи ський ский ська ская") | {""}
_CYRILLIC_ENDINGS = _CYRILLIC_BASE | words(
    """ом ем им ам ям ами ями ах ях ов ев ив ей ою ею ой еви ови ого его ього ому ему ьому ым ых их ими ыми ую юю ои ии ию иею
    ьою ським ского скому ском ской скую ских ским ського ському ський ську ських"""
)
_SHARED = 2  # letters that two endings of a declension can begin with
_CYRILLIC_IYA = words("ия ии ию иею")  # of nouns in -ия alone
_ENDINGS = {
    "pl": "a ą e ę i o u y ów om ami ach em iem owi owie ie ze y-ów -ów -y -a -ach -ami -om -em ej ego emu ych ymi",
    "cs": "u a e i y ů ům em ou ech ami ích ovi y ové",
    "sk": "u a e i y ov om ami och ovi mi",
    "hu": "t nak nek ban ben k ok ek ak at et ot öt ra re val vel tól től hoz hez ból ből on en okat eket ai ei -t -os -es -ös",
    "tr": "lar ler ın in un ün ı i u ü da de ta te dan den tan ten a e ya ye nın nin nun nün ları leri ların lerin",
    "fi": "n t a ä in en ssa ssä sta stä lla llä lle lta ltä ksi na nä an än iin ia iä eja ejä ien jen",
    "et": "i e t d id ide le l lt st sse s ga",
    "de": "s n en e es er",
    "nl": "s en",
    "sv": "s en et er ar na erna arna",
    "da": "s en et er e ne erne",
    "nb": "s en et er e ene",
    "no": "s en et er e ene",
    "ro": "ul ului uri urile urilor ele elor e le lor",
    "es": "s es", "fr": "s", "it": "s", "pt": "s es", "ca": "s",
    "lt": "as ą o ui e ai us ų ams uose ais u",
    "lv": "s a u am ā i us iem os",
    "hr": "a u om e i ima ova ove ovi em",
    "sr": "a u om e i ima ova ove ovi em",
    "sl": "a u om e i ih ov em",
    "id": "nya", "ms": "nya", "az": "ın in un ün da də dan dən lar lər", "uz": "lar ning ni da dan",
}  # fmt: skip
_LATIN = {language: tuple(sorted({plain(e) for e in ends.split()}, key=len, reverse=True)) for language, ends in _ENDINGS.items()}
_FLEETING = ("pl", "cs", "sk")  # an e of the last syllable goes: `Ośrodek`, `Ośrodka`
_ENGLISH = ("es", "s")
_ARABIC_PREFIXES = ("وال", "بال", "وبال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف", "ک")
_HEBREW_PREFIXES = ("וה", "שה", "מה", "ה", "ו", "ב", "ל", "מ", "ש", "כ")
_PARTICLES = words(
    """은 는 이 가 을 를 의 에 에서 에게 에는 와 과 로 으로 도 만 까지 부터 보다 처럼 이나 나 이며 이다 측 사 등 사의 과의 와의
    로의 으로의 로부터 라는 이라는 에도 에선 에의 엔 이라고 라고"""
)


@functools.lru_cache(maxsize=60_000)
def agrees(alias: str, text: str, language: str) -> bool:
    """Is the plain atom `text` the plain atom `alias` or a regular inflection of it? Case matters."""
    if alias == text:
        return True
    if is_cyrillic(alias):
        length = 0
        for a, b in zip(alias, text, strict=False):
            if a != b:
                break
            length += 1
        if alias[length:] in ("", "а") and text[length:] in _CYRILLIC_IYA:  # `Данія` is no case of `Дана`
            return False
        return any(  # `Повітрян-і`, `Повітрян-их` share a letter of their endings
            alias[stem:] in _CYRILLIC_BASE and text[stem:] in _CYRILLIC_ENDINGS
            for stem in range(length, max(2, length - _SHARED - 1), -1)
        )
    if text.startswith(alias):
        return text[len(alias) :] in (_LATIN.get(language) or _ENGLISH)
    if language in _FLEETING and alias[-2:-1] == "e" and len(alias) > 4 and text.startswith(alias[:-2] + alias[-1]):
        return text[len(alias) - 1 :] in _LATIN[language]
    if language in _LATIN and len(alias) > 4 and alias[-1] in "aeo" and text.startswith(alias[:-1]):
        return text[len(alias) - 1 :] in _LATIN[language]
    return len(alias) > 4 and alias.endswith("y") and text == alias[:-1] + "ies"


def inflecting(language: str) -> bool:
    """Does the language put endings on names written in Latin script?"""
    return language in _LATIN


def other_keys(text: str, language: str) -> Iterator[tuple[str, int]]:
    """Further (key, code points of prefix left out) under which an atom of an inflecting language may be found."""
    if is_semitic(text):
        for prefix in _ARABIC_PREFIXES + _HEBREW_PREFIXES:
            if text.startswith(prefix) and len(text) - len(prefix) >= 3:
                yield key(text[len(prefix) :]), len(prefix)
        return
    word = plain(text)
    if language in _LATIN and word.isascii() and len(word) > 3:
        seen = {key(text)}
        for ending in _LATIN[language]:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                bare = word[: -len(ending)]
                for stem in (bare, bare + "a", *((f"{bare[:-1]}e{bare[-1]}",) if language in _FLEETING else ())):
                    found = key(stem)
                    if found not in seen:
                        seen.add(found)
                        yield found, 0


def korean_tail(rest: str) -> bool:
    """May Hangul `rest` follow a name without a blank? Only as a particle."""
    return not rest or rest in _PARTICLES
