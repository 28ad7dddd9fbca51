"""Words right beside a name which say that it is something else: a car, a bus line, a team, the town instead of the base in it."""

from transforms.tag.defense.atoms import DASHES, words
from transforms.tag.defense.matcher import Match, Text

_CARS = words(
    """Mercedes Benz BMW Audi Opel Volkswagen VW Porsche Toyota Lexus Nissan Honda Mazda Subaru Suzuki Kia Hyundai Renault Peugeot
    Citroën Dacia Fiat Škoda Skoda Seat Volvo Ford Chevrolet Chrysler Dodge Cadillac Buick GMC Tesla Jeep Bugatti Lamborghini Ferrari"""
)
_TRAFFIC = words("bus buses tram trams motorway freeway highway bypass junction interchange")
_RIVALS = words("against beat beats vs versus over defeated defeats hosts visits faces")
_AFTER_TEAM = words("on in at and this last for by to")
_LOCATING = words("in at near from to of outside around over aus bei nach über à de en w z do в над под из у к до по від з біля")
_INSIDE = words("in on")  # a base is stood *at*, a town lived *in*


def is_namesake(text: Text, match: Match, parent_names: frozenset[str]) -> bool:
    """Do the words that touch the name show another thing? `parent_names` are the words of the maker's name."""
    label = match.form.entity.label
    before = text.atoms[match.first - 1].text if text.gap(match.first - 1) == " " else ""
    gap = text.gap(match.last)
    after = text.atoms[match.last + 1].text if gap == " " else ""
    if label == "PLATFORM":
        ship = match.form.entity.category == "naval" and match.form.alias.rule.gated and not match.form.designator
        if ship and before in _LOCATING:
            return True  # ships are named after the towns they lie in
        return (before in _CARS and before not in parent_names) or after in _TRAFFIC
    if label == "AGENCY":
        return before in _RIVALS and (gap != " " or after in _AFTER_TEAM)
    if label == "FACILITY" and match.form.alias.rule.gated:
        return gap in tuple(DASHES) or (before.lower() in _INSIDE and bool(match.form.alias.rule.words))
    return False
