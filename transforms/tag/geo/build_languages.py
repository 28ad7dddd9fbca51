"""Builds the names of countries and capitals in other languages from CLDR as `babel` ships it.

A maintainer runs it after an update: `python -m transforms.tag.geo.build_languages`. It writes `data/geo/languages_countries.tsv`, the
countries in the languages that have tables of their own, and `languages_more.tsv`, capitals in these, countries and capitals in more.
CLDR: Unicode License. It names the capitals that have a time zone called after them.
"""

from transforms.tag.geo.forms import COLUMNS, MORE
from transforms.tag.geo.gazetteer import DATA, key_of, load_gazetteer
from transforms.tag.geo.lexicon import load_lexicon


def main() -> None:
    """Writes the tables."""
    from babel import Locale

    locales = [Locale.parse(language) for language in COLUMNS]
    traditional = Locale.parse("zh_Hant")
    countries = sorted(load_lexicon().countries.items())
    lines = ["# iso3\t" + "\t".join(COLUMNS) + "; from CLDR (Unicode License)"]
    for iso3, country in countries:
        names = []
        for locale in locales:
            name = locale.territories.get(country.iso2, "")
            if locale.language == "zh" and traditional.territories.get(country.iso2, name) != name:
                name += f"; {traditional.territories[country.iso2]}"
            names.append(str(name).split(" (")[0])
        lines.append("\t".join((iso3, *names)))
    (DATA / "languages_countries.tsv").write_text("\n".join(lines) + "\n", "utf-8")

    g = load_gazetteer()
    seats = {int(i): key_of(str(g.names[row])) for row, i in enumerate(g.geonames_id) if g.capital[row]}
    zones = {key_of(str(zone).split("/")[-1].replace("_", " ")): zone for zone in Locale.parse("ja").time_zones}
    zones |= {key_of(facts["city"]): zone for zone, facts in Locale.parse("en").time_zones.items() if "city" in facts}
    lines = ["# language\tkind\tiso3\tname; from CLDR (Unicode License)"]
    for language in (*COLUMNS, *MORE):
        locale = Locale.parse({"no": "nb", "sr": "sr_Cyrl"}.get(language, language))
        for iso3, country in countries:
            if language in MORE and (name := locale.territories.get(country.iso2)):
                lines.append(f"{language}\tcountry\t{iso3}\t{str(name).split(' (')[0]}")
            zone = zones.get(seats.get(country.capital_id, ""), "")
            own = str(zone).split("/")[-1].replace("_", " ") if locale.territories["FR"][0].isascii() else ""  # in Latin letters
            if zone and (city := locale.time_zones.get(zone, {}).get("city", own)):
                lines.append(f"{language}\tcapital\t{iso3}\t{city}")
    (DATA / "languages_more.tsv").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
