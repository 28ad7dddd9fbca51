"""What a document says for and against a name: cues by sentence, words around a span, the language model's own entities."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from transforms.tag.analysis import Analysis, NerSpan
from transforms.tag.defense.around import LOCATING, contains
from transforms.tag.defense.atoms import is_cyrillic, words
from transforms.tag.defense.cues import Cue
from transforms.tag.defense.heard import Heard
from transforms.tag.defense.matcher import Match, Text
from transforms.tag.defense.standing import MILITARY, Standing, apart

_FAR = 100  # atoms left and right of a name that `not:` looks at, in its sentence
_LONG_TEXT = 2_500  # code points from which a single cue word no longer makes a document one about defense


class Evidence(Heard):
    """Cues and entities of one text. Positions are code points."""

    def __init__(
        self,
        text: Text,
        analysis: Analysis,
        cues: Iterable[Cue],
        names: Sequence[Match],
        swallowed: Sequence[tuple[int, int]] = (),
    ) -> None:
        super().__init__(text, analysis, cues)
        self._swallowed = sorted(swallowed)
        self._ents = analysis.ents
        names = [match for match in names if not match.form.alias.rule.typed]  # `City` of the City-class says nothing by itself
        self._ent_starts = [ent.start for ent in analysis.ents]
        firm = (
            match for match in names if match.form.entity.id and not match.form.alias.rule.gated
        )  # two doubtful names prove nothing
        self._names = Standing([match for match in firm if match.form.entity.label != "PLACE"], self.sentence)
        self._named = {i for match in names for i in range(match.first, match.last + 1)}
        self._bodies = {  # atoms of long names of our own: the `Agency` of the Missile Defense Agency speaks against nothing
            index: match
            for match in names
            if match.form.entity.label in ("AGENCY", "THINK_TANK") and match.last - match.first > 1
            for index in range(match.first, match.last + 1)
        }
        self._atom_starts = {atom.start for atom in text.atoms}
        self._place_names = [match for match in names if match.form.entity.label == "PLACE"]
        self._places = {(match.start, match.end) for match in self._place_names}
        self._place_ends = {match.last: match for match in self._place_names}
        self._long = len(analysis.text) > _LONG_TEXT

    def countries(self, bodies: Iterable[Match]) -> set[str]:
        """ISO 3166 codes of the countries that the text names, or whose firms and forces it does."""
        return {match.form.entity.iso3 for match in (*bodies, *self._place_names)} - {""}

    def near(self, match: Match, accepted: Standing) -> bool:
        """A strong cue, three different weak ones, or an accepted military name in the sentence, outside the span."""
        here = self.sentence(match.start)
        if self._outside("strong", match, here) or self._outside("weak", match, here) >= 3:
            return True
        return any(True for _ in accepted.of_labels(match, MILITARY))

    def document(self, match: Match, accepted: Standing, *, named: bool = False) -> bool:
        """Is the document about defense, leaving the span itself aside? Civil words weigh against it.

        `the Army`, `the RAF` need less: with the article they are rarely anything else. So does a name beside which a word of
        its rule stands (`named`)."""
        own = match.form.entity.id
        military = len(accepted.military) - (own in accepted.military)
        others = len(accepted.ids) - (own in accepted.ids) - military
        weight = self._outside("strong", match) + 2 * military + 0.5 * others + 0.34 * self._outside("weak", match)
        least = 2.0 if self._long else 1.0
        if match.form.entity.label == "COMPANY" and any(
            ent.label == "ORG" and (ent.start, ent.end) == (match.start, match.end) for ent in self.ents_over(match)
        ):
            least -= 0.4  # the language model reads a firm too
        if named or (match.form.entity.label == "AGENCY" and match.first and self.text.atoms[match.first - 1].key == "the"):
            least = 0.34
            weight += 0.34 * len(self._cues["hint"])
        elif match.form.entity.label == "TERM":  # no name to be mistaken about: one of our firms, or two weak words, will do
            least = 0.5
        civil, everyday = (len(self._phrases.get((section, None), ())) for section in ("civil", "everyday"))
        return weight >= least + 0.5 * civil + 0.25 * everyday

    def owned(self, match: Match, iso3: str) -> bool:
        """Does a country, or the country `iso3`, stand right before: `Colombia's Navy`, `Sweden's Saab`?"""
        before = [place for step in (1, 2) if (place := self._place_ends.get(match.first - step))]
        return any(0 < match.start - place.end <= 3 and iso3 in ("", place.form.entity.iso3) for place in before)

    def at_home(self, match: Match, accepted: Standing) -> bool:
        """Does a system stand where only a thing can (`the Typhoon`, `their Boxer`, `an Abrams`) in a text that is plainly about arms, in
        a sentence without a civil word? Then neither a class word nor a cue in the same sentence is asked for."""
        return self.held(match) and self.about_arms(match, accepted, thing=True)

    def about_arms(self, match: Match, accepted: Standing, *, thing: bool = False) -> bool:
        """Is the text plainly about arms, the sentence without a civil word, and the name (unless a `thing`) no person's or place's?"""
        if self._phrases.get(("civil", self.sentence(match.start))) or (not thing and self.person(match)):
            return False
        own = match.form.entity.id
        military = len(accepted.military) - (own in accepted.military)
        firms = len(accepted.firms) - (own in accepted.firms)
        words_of_arms = 0.5 * self._outside("strong", match) + 0.17 * self._outside("weak", match)
        return military + 0.34 * firms + words_of_arms >= (3 if self._long else 1.5)

    def text_has(self, match: Match, wanted: tuple[str, ...]) -> bool:
        """One of `wanted` anywhere in a short text, in the sentence of a long one, outside the span."""
        if self._long:
            return self.sentence_has(match, wanted)
        atoms = self.text.atoms
        return contains([a.text for a in (*atoms[: match.first], *atoms[match.last + 1 :])], wanted)

    def military(self, accepted: Standing) -> bool:
        """Is the document plainly a military one: a system or force that needs no rule, or two strong cues?"""
        return bool(accepted.military) or len(self._phrases.get(("strong", None), ())) >= 2

    def military_company(self, match: Match, firm: Standing) -> bool:
        """Does a system or force that needs no rule stand in the sentence, with nothing civil in it? Then no class word is asked for."""
        here = self.sentence(match.start)
        located = self.located(match) or (match.start, match.end) in self._places
        if located or self._phrases.get(("civil", here)):
            return False
        company = (key for key in firm.of_labels(match, ("PLATFORM", "AGENCY")) if key != match.form.entity.id)
        least = 2 if self.person(match) else 1  # the model reads many a lone system as a person
        return len(list(itertools.islice(company, least))) == least

    def spoken_against(self, match: Match, words: tuple[str, ...]) -> bool:
        """One of `words`, which stand for something else of that name, in its sentence; anywhere where the sentence has no word of arms."""
        here = self.sentence(match.start)
        if self.sentence_has(match, words):
            return True
        alone = not (self._outside("strong", match, here) or self._outside("weak", match, here) or self._names.another(match))
        return alone and self.text_has(match, words)

    def outweighed(self, match: Match, accepted: Standing) -> bool:
        """Do words of other subjects say more in its sentence than those of arms? A military name counts as two strong cues."""
        here = self.sentence(match.start)
        against = self._outside("civil", match, here) + self._outside("everyday", match, here)
        if not against:
            return False
        military = sum(1 for key in accepted.of_labels(match, MILITARY) if key != match.form.entity.id)
        return against > self._outside("strong", match, here) + 0.34 * self._outside("weak", match, here) + 2 * military

    def foreign(self, match: Match) -> bool:
        """Does nothing in the text go with arms? Another name or a strong cue settles it; weak cues must outweigh the civil words of
        the sentence. Without any word for or against, a country or a plain `hint` will do, but not for the shortest designators."""
        if self._outside("strong", match) or self._names.another(match):
            return False
        short = match.form.weak and not self.counted(match)  # `14 F-16s` are no seat and no gate
        weak, here = self._outside("weak", match), self.sentence(match.start)
        everyday = 0 if match.form.designator else self._outside("everyday", match, here)
        if weak:
            civil = self._outside("civil", match, here) + everyday
            return civil > (0 if short else weak) or (civil == weak and not match.form.designator)
        if self._cues["civil"] or everyday or (short and self.text.language == "en"):
            return True
        if match.form.designator or self._places:
            return False
        if self.text.language == "en":
            return not self._cues["hint"]
        # the hints are English; where every noun has a capital, a name that the lexicon knows to be an animal's too asks for a word of arms
        return self.text.language in _CAPITAL_NOUNS and bool(match.form.alias.rule.nots)

    def coordinated(self, match: Match, accepted: Standing) -> bool:
        """Does another firm (or base) stand just before or after: `Damen and Thales Nederland`?"""
        return any(
            other.form.entity.label == match.form.entity.label and other.form.entity.id != match.form.entity.id
            for other in accepted.neighbours(match)
        )

    def opens_sentence(self, match: Match) -> bool:
        """Is it the first word of a sentence, where every word has a capital?"""
        return match.start in self._starts

    def listed(self, match: Match, accepted: Standing) -> bool:
        """Is it an item of a list of systems: `CV90, PT-91 and Marder`?"""
        atoms = self.text.atoms
        if match.recased or (match.first and atoms[match.first - 1].text in LOCATING):
            return False
        for other in accepted.neighbours(match):
            if other.form.entity.label != "PLATFORM" or other.form.entity.id == match.form.entity.id:
                continue
            left, right = (other, match) if other.end <= match.start else (match, other)
            between = self.text.text[left.end : right.start]
            alone = right.first - left.last == 1 or (right.first - left.last == 2 and atoms[left.last + 1].key in _AND)
            if alone and re.fullmatch(r",? (?:\w{1,3} )?", between):
                return True
        return False

    def headed(self, match: Match, heads: tuple[str, ...]) -> bool:
        """Does one of the type nouns `heads` follow at once and end the phrase, in a sentence without civil words?"""
        last, atoms = match.last, self.text.atoms
        if not heads or self._outside("civil", match, self.sentence(match.start)) or self.text.gap(last) != " ":
            return False
        for size in (3, 2, 1):
            following = " ".join(atom.text for atom in atoms[last + 1 : last + 1 + size])
            if following in heads or following.removesuffix("s") in heads:  # no `Thunder rocketed`
                after = atoms[last + 1 + size].text if self.text.gap(last + size) == " " else ""
                return after not in _GOES_ON
        return False

    def sentence_has(self, match: Match, wanted: tuple[str, ...]) -> bool:
        """One of `wanted` anywhere in the sentence, outside the span."""
        here, atoms = self.sentence(match.start), self.text.atoms
        first, last = match.first, match.last
        while first > match.first - _FAR and first and self.sentence(atoms[first - 1].start) == here:
            first -= 1
        while last < match.last + _FAR and last + 1 < len(atoms) and self.sentence(atoms[last + 1].start) == here:
            last += 1
        around = (*range(first, match.first), *range(match.last + 1, last + 1))
        heard = [index for index in around if not self._muted(index, match)]
        return contains([atoms[index].text for index in heard], wanted)

    def _muted(self, index: int, match: Match) -> bool:
        """Is the atom part of a homonym, or of another body's long name?"""
        body = self._bodies.get(index)
        at = bisect_right(self._swallowed, (self.text.atoms[index].start, len(self.text.text))) - 1
        return (body is not None and apart(body, match)) or (at >= 0 and self.text.atoms[index].start < self._swallowed[at][1])

    def ents_over(self, match: Match) -> list[NerSpan]:
        """The model's entities that share text with the span."""
        found = []
        first = max(0, bisect_right(self._ent_starts, match.start) - 1)
        for ent in self._ents[first : bisect_right(self._ent_starts, match.end - 1)]:
            if ent.end > match.start:
                found.append(ent)
        return found

    def person(self, match: Match) -> bool:
        """Does the model read exactly these words as a person or a place?"""
        return any(
            ent.label in ("PERSON", "GPE", "PER", "LOC", "NORP") and ent.start <= match.start and ent.end >= match.end
            for ent in self.ents_over(match)
        )

    def surname(self, match: Match) -> bool:
        """Is it the second or first half of a person's name, in a text without a word of arms: `Northrop Frye`, `Van Helsing`?"""
        atoms = self.text.atoms
        if self._cues["strong"] or self._names.ids - {match.form.entity.id}:
            return False
        return any(
            ent.label in ("PERSON", "PER")
            and any(
                ent.start <= atoms[i].start < ent.end and atoms[i].text[0].isupper()
                for i in (match.first - 1, match.last + 1)
                if 0 <= i < len(atoms)
            )
            for ent in self.ents_over(match)
        )

    def before_surname(self, match: Match) -> bool:
        """`Искандер Гайнутдинов`: a one-word system in Cyrillic, another capitalised word of ours unknown right behind it."""
        if len(match.form.atoms) > 1 or match.form.entity.label != "PLATFORM" or not is_cyrillic(match.form.atoms[0]):
            return False
        after = self.text.atoms[match.last + 1].text if self.text.gap(match.last) == " " else ""
        return after[:1].isupper() and is_cyrillic(after) and len(after) > 3 and match.last + 1 not in self._named

    def part_of_other_name(self, match: Match) -> bool:
        """Is a one-word name inside a longer name that is not ours: `Hunter Biden`, `Golden Eagle`, `Javelin Strategy`?"""
        text, atoms = self.text, self.text.atoms
        if text.language in _CAPITAL_NOUNS:
            return False
        for ent in self.ents_over(match):
            longer = ent.start < match.start or ent.end > match.end + 2  # not just a possessive
            around = (*range(max(0, match.first - 4), match.first), *range(match.last + 1, min(len(atoms), match.last + 5)))
            others = [i for i in around if ent.start <= atoms[i].start < ent.end]
            ours = all(i in self._named for i in others)  # `Kratos XQ-58A Valkyrie` read as a person
            if longer and not ours and ent.label in ("PERSON", "PER") and ent.start in self._atom_starts:
                return True
        for index, gap in ((match.first - 1, text.gap(match.first - 1)), (match.last + 1, text.gap(match.last))):
            if gap != " " or not 0 <= index < len(atoms) or index in self._named or index in self._cued:
                continue
            atom = atoms[index]
            if not atom.text[0].isupper() or self._heading(match):
                continue
            before = index < match.first
            if before and (atom.start in self._starts or self._own_entity(atom.start, match) or atom.key in _OPENERS):
                continue
            acronym = atom.text.isupper() and len(atom.text) <= 4
            if not before and (acronym or self._own_entity(atom.start, match)):
                continue
            return True
        return False

    def _own_entity(self, position: int, match: Match) -> bool:
        """Does the word at `position` belong to an entity that leaves the name out?"""
        for ent in self._ents[max(0, bisect_right(self._ent_starts, position) - 1) : bisect_right(self._ent_starts, position)]:
            if ent.end > position and (ent.end <= match.start or ent.start >= match.end):
                return True
        return False

    def _heading(self, match: Match) -> bool:
        """Is the sentence written with capitals throughout, so that they say nothing?"""
        here, atoms = self.sentence(match.start), self.text.atoms
        around = atoms[max(0, match.first - 25) : match.last + 25]
        long = [a.text for a in around if len(a.text) > 4 and self.sentence(a.start) == here]
        return len(long) >= 3 and sum(word[0].islower() for word in long) <= 0.1 * len(long)


_CAPITAL_NOUNS = words("de lb")  # every noun has a capital there
_GOES_ON = words(
    "parent parents top tops jacket jackets lag lagged ski museum base bases show club pack packs charger"
)  # `tank top`
_AND = words("and or und et y e i oraz и или і й та ve")
_OPENERS = words("the a an and but for in on with when whil after as it his their new two thre")
