"""Writes the lines `faker` of `data/geo/given_names.tsv`: first names of other languages than English. Run by a maintainer.

    pip install faker==40.63.0
    pip download --no-deps spacy-lookups-data==1.0.5   # unpack into SOURCES
    python -m transforms.tag.geo.build_names SOURCES

Sources: the first names of Faker's locales (MIT); spacy-lookups-data (MIT) says which of them are plain English words.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from transforms.tag.geo.build_places import plain_words
from transforms.tag.geo.gazetteer import DATA, key_of, load_gazetteer
from transforms.tag.geo.lexicon import load_lexicon

_LOCALES = (
    "bg_BG cs_CZ da_DK de_AT de_CH de_DE es_AR es_ES es_MX et_EE fi_FI fr_CH fr_FR hr_HR hu_HU it_IT lt_LT lv_LV nl_BE nl_NL no_NO "
    "pl_PL pt_BR pt_PT ro_RO ru_RU sk_SK sl_SI sv_SE uk_UA"
).split()
_NAME = re.compile(r"[^\W\d_]{3,}")
_A_LINE = 150
_GREAT = 50_000  # people: such a town stands before its country as often as before a surname
# Words of their language as often as names ("Слава Україні"); Turkish and Azerbaijani names are words too often to be of use.
_WORDS = frozenset(
    """слава надежда надія вера віра любовь любов мир воля победа свобода роза лилия лілія марта сила злата зоряна світ зоря весна
    slava sláva věra viera naděje nádej nadzieja wiara wola mir mira vera pobeda stella luna rosa rose alba gloria victoria pace paz amor
    luz cruz sol mar marina mercedes consuelo esperanza socorro pilar concepción asunción dolores remedios rosario ángel gracia
    august augusta april juni juli maj sommer ernst frank christian roman román romain germain norman franco angel dominique""".split()
)


def _first_names() -> Iterator[str]:
    for locale in _LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            if attribute.startswith("first_names"):
                yield from getattr(provider, attribute)


def _is_town(name: str) -> bool:
    gazetteer = load_gazetteer()
    low, high = gazetteer.find([key_of(name.title())])
    return bool((gazetteer.population[gazetteer.place[low[0] : high[0]]] > _GREAT).any())


def main(sources: Path) -> None:
    """Replaces the lines."""
    english = plain_words(next(sources.rglob("en_lexeme_prob.json.gz")))
    path = DATA / "given_names.tsv"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("faker\t")]
    known = {name for line in lines if not line.startswith("#") for name in line.split("\t")[1].split()}
    places = {form.casefold() for form in load_lexicon().forms}
    found = {name.casefold() for name in _first_names() if _NAME.fullmatch(name)}
    names = sorted(name for name in found - known - english - places - _WORDS if not _is_town(name))
    lines += ["faker\t" + " ".join(names[i : i + _A_LINE]) for i in range(0, len(names), _A_LINE)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(names)} names")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
