"""Builds `data/geo/languages_countries.tsv`, the names of countries in the languages served, from CLDR as `babel` ships it.

A maintainer runs it after an update: `python -m transforms.tag.geo.build_languages`. CLDR: Unicode License.
"""

from transforms.tag.geo.gazetteer import DATA
from transforms.tag.geo.languages import COLUMNS
from transforms.tag.geo.lexicon import load_lexicon


def main() -> None:
    """Writes the table."""
    from babel import Locale

    locales = [Locale.parse(language) for language in COLUMNS]
    traditional = Locale.parse("zh_Hant")
    lines = ["# iso3\t" + "\t".join(COLUMNS) + "; from CLDR (Unicode License)"]
    for iso3, country in sorted(load_lexicon().countries.items()):
        names = []
        for locale in locales:
            name = locale.territories.get(country.iso2, "")
            if locale.language == "zh" and traditional.territories.get(country.iso2, name) != name:
                name += f"; {traditional.territories[country.iso2]}"
            names.append(name.split(" (")[0])
        lines.append("\t".join((iso3, *names)))
    (DATA / "languages_countries.tsv").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
