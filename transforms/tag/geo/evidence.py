"""What speaks for and against a candidate, as names of features; `judge` weighs them.

Features say what kind of name it is, what the model made of it, what stands beside it, and what the rest of the text says about the same
name. They name classes of words, never words.
"""

import math
from collections import Counter, defaultdict
from typing import Final

from transforms.tag.analysis import Analysis, NerSpan
from transforms.tag.geo.borrowed import Borrowed
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.gazetteer import ALTERNATE, GIVEN, SURNAME, WORD, Gazetteer
from transforms.tag.geo.lexicon import Lexicon
from transforms.tag.geo.looks import bare, looks
from transforms.tag.geo.scan import Candidate, Word
from transforms.tag.geo.surroundings import Surroundings
from transforms.tag.geo.things import Things

_PLACES: Final = ("GPE", "LOC", "FAC")
# People; a main name that is no word and no person's name and belongs to such a place is a class of its own
_GREAT: Final = 400_000
_ADMIN1, _ADMIN2, _REGION = 1, 2, 3
# Letters of demonyms that are words for people and for other things ("Pole", "Dane", "Kiwi"); longer ones are adjectives
_SHORT: Final = 5
_FAMOUS: Final = ("great:city", "great:admin1", "gaz:capital")
_NAME: Final = 12  # words of a name that are looked at; the model can call a whole page of capitals one
_JOINS: Final = ("and", "or")
_LIST_GAPS: Final = (",", "and", "or", ", and", ", or", ";", "-", "–")


class Evidence:
    """The features of the candidates of one text."""

    def __init__(
        self,
        analysis: Analysis,
        words: list[Word],
        candidates: list[Candidate],
        gazetteer: Gazetteer,
        lexicon: Lexicon,
        cues: Cues,
    ) -> None:
        self._text, self._words, self._g, self._lexicon, self._cues = analysis.text, words, gazetteer, lexicon, cues
        self._ent_of: list[NerSpan | None] = [None] * len(words)
        ents = iter(analysis.ents)
        ent = next(ents, None)
        for i, word in enumerate(words):
            while ent is not None and ent.end <= word.start:
                ent = next(ents, None)
            if ent is not None and ent.start < word.end:
                self._ent_of[i] = ent
        self._as_place: Counter[str] = Counter()
        self._as_person: Counter[str] = Counter()
        self._as_other: Counter[str] = Counter()
        self._persons: set[str] = set()
        first_names: set[str] = set()
        for span in analysis.ents:
            name = analysis.text[span.start : span.end]
            if span.label in _PLACES:
                self._as_place[bare(name)] += 1
            elif span.label == "PERSON":
                parts = bare(name).split()
                self._as_person[" ".join(parts)] += 1
                if len(parts) > 1:
                    self._persons.add(parts[-1])
                    first_names.add(name.split()[0])
            elif span.label in ("ORG", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW"):
                self._as_other[bare(name)] += 1
        self._beside = Surroundings(analysis, words, gazetteer, cues)
        self._things = Things(analysis.text, words, analysis.ents, gazetteer, cues, self._beside.title_case)
        self._borrowed = Borrowed(
            analysis.text, words, gazetteer, lexicon, cues, self._beside.title_case, self._persons, first_names
        )
        self._starts = {start for start, _ in analysis.sentences}
        self._longer: dict[int, list[Candidate]] = defaultdict(list)
        self._begin_at: dict[int, list[Candidate]] = defaultdict(list)
        for c in candidates:
            self._begin_at[c.first].append(c)
            if c.last - c.first > 1 and (c.entry is not None or c.hi):
                for i in range(c.first, c.last):
                    self._longer[i].append(c)
        self._ending: dict[int, list[Candidate]] = defaultdict(list)
        for c in candidates:
            self._ending[c.last].append(c)
        self._states = self._count_states(candidates)
        self._nations = {
            gazetteer.iso2_of[iso2]
            for c in candidates
            if c.entry is not None and c.entry.sure and (iso2 := lexicon.iso2_of.get(c.entry.iso3)) in gazetteer.iso2_of
        }

    def _count_states(self, candidates: list[Candidate]) -> Counter[int]:
        """First-level regions that the text speaks of, by what the model takes for a place and by short forms of states."""
        votes: Counter[int] = Counter()
        for c in candidates:
            if c.hi and c.hi - c.lo <= 40:
                ent = self._ent_of[c.first]
                if ent is not None and ent.label in _PLACES:
                    regions = set(self._g.admin1_index[self._g.place[c.lo : c.hi]].tolist())
                    for region in regions:
                        votes[region] += 1
            elif c.state and c.state in self._g.admin1_row:
                votes[int(self._g.admin1_index[self._g.admin1_row[c.state]])] += 3
        return votes

    def features(self, c: Candidate) -> list[str]:
        """The names of the features that hold of `c`."""
        words = self._words
        kind = self._kind(c)
        model = self._model(c)
        before, after = self._beside.before(c), self._beside.after(c)
        part, side = self._beside.part(c)
        coarse = kind.split(":")[0]
        name = bare(self._text[c.start : c.end])
        found = [
            f"kind={kind}", f"model={model}", f"{coarse}|{model}", f"before={before}", f"{coarse}|before={before}",
            f"after={after}", f"{coarse}|after={after}", f"part={side}:{part}", f"{coarse}|part={side}:{part}",
            f"{kind}|{model}", f"{model}|before={before}",
        ]  # fmt: skip
        if part:
            found.append(f"model&part={model}|{part}")
        if c.hi:
            flags = int(self._g.flags[c.lo])
            if flags & WORD and words[c.first].start in self._starts:
                found.append(f"flag=word|begins|{model}")
            for flag, label in ((WORD, "word"), (GIVEN, "given"), (SURNAME, "surname")):
                if flags & flag and c.entry is None:
                    found.append(f"flag={label}")
                    found.append(f"flag={label}|{model}")
            if not flags & (WORD | GIVEN | SURNAME):
                found.append("flag=none")
            rows = self._g.admin1_index[self._g.place[c.lo : c.hi]].tolist()
            support = max((self._states[r] for r in rows), default=0)
            places = self._g.place[c.lo : c.hi]
            here = [int(self._g.population[r]) for r in places.tolist() if int(self._g.iso2_index[r]) in self._nations]
            found.append(f"nation={min(int(math.log10(max(here) + 10)), 6) if here else 0}")
            if coarse in ("gaz", "weak"):  # what is famous needs no neighbours
                found.append(f"home={min(support, 6)}|{'here' if here else 'elsewhere'}")
        else:
            found.append(f"last={self._cues.last.get(words[c.last - 1].text.casefold(), '')}|{model}")
        n = c.last - c.first
        found.extend(looks(c, coarse, self._text, words))
        if words[c.first].start in self._starts:
            found.append(f"{coarse}|begins")
        if self._beside.title_case[c.first]:
            found.append(f"{coarse}|titlecase")
        others = self._as_place[name] - (model.startswith("=") and model[1:] in _PLACES)
        if others > 0:
            found.append(f"{coarse}|place-elsewhere={min(others, 2)}")
        if self._as_person[name] - (model == "=PERSON") > 0:
            found.append(f"{coarse}|person-elsewhere")
        if name in self._persons:
            found.append(f"{coarse}|surname-here")
        if self._as_other[name] - (model == "=ORG") > 0:
            found.append(f"{coarse}|org-elsewhere")
        if any(o.first <= c.first and c.last <= o.last and o.last - o.first > n for o in self._longer[c.first]):
            found.append(f"{coarse}|in-longer")
        if (
            c.entry is None
            and not c.hi
            and any(
                o.entry is not None and o.entry.sure
                for i in range(c.first, min(c.last, c.first + _NAME))
                for o in self._begin_at[i]
            )
        ):
            found.append("splits")
        if self._listed(c):
            found.append(f"{coarse}|listed")
        if container := self._comma_place(c):
            found.append(f"{coarse}|{container}")
        return found

    def vetoed(self, c: Candidate) -> bool:
        """Whether the text around `c` rules it out, whatever else speaks for it."""
        if self._beside.vetoed(c) or (c.entry is not None and not c.entry.sure and not self._borne_out(c)):
            return True
        model = self._model(c)
        if self._borrowed.takes(c, model) or self._things.take(c):
            return True
        if model == "=LANGUAGE" and self._text[c.start : c.end].casefold() in self._cues.tongue:
            return True
        if c.entry is not None and c.entry.label == "COUNTRY" and model == "<PERSON" and self._text[c.end : c.end + 1] != "-":
            return not any(self._cues.before.get(w.text.casefold()) == "person_title" for w in self._words[c.last : c.last + 3])
        return False

    def shouts(self, c: Candidate) -> bool:
        """Whether `c` stands in a line of capitals, of which the model makes little, and names one thing: there it needs no more."""
        one_thing = (
            c.entry.sure
            if c.entry is not None
            else self._kind(c) in _FAMOUS and not self._g.flags[c.lo] & (WORD | GIVEN | SURNAME)
        )
        return (
            one_thing
            and self._beside.title_case[c.first]
            and c.last - c.first < _SHORT
            and self._text[c.start : c.end].isupper()
            and c.end - c.start > 3
        )

    def acts_for(self, c: Candidate) -> bool:
        """Whether `c` is a capital that acts, of a state that the text names: "Bulgaria … Sofia signed", and no woman."""
        if c.entry is not None or not c.hi or self._beside.after(c) != "acts":
            return False
        rows = self._g.place[c.lo : c.hi]
        return any(self._g.capital[r] and int(self._g.iso2_index[r]) in self._nations for r in rows.tolist())

    def _borne_out(self, c: Candidate) -> bool:
        """Whether anything in the text says that a form that is also a word or a person's name ("Jordan", "Java") is a place here."""
        model = self._model(c)
        name = bare(self._text[c.start : c.end])
        if (
            c.entry is not None
            and c.entry.label == "COUNTRY"
            and self._beside.after(c) == "capital"
            and self._beside.part(c) == ("other", "after")
            and not self._beside.title_case[c.first]
            and self._as_place[name] < 2  # "Israel Adesanya", and no Israel elsewhere
        ):
            return False
        if model[1:] in ("GPE", "LOC", "FAC", "NORP") or self._as_place[name]:
            return True
        before, after = self._beside.before(c), self._beside.after(c)
        if before == "place_prep" or (c.entry is not None and c.entry.label == "NATIONALITY" and c.end - c.start > _SHORT):
            return True
        return c.entry is not None and c.entry.label == "COUNTRY" and (after == "acts" or bool(self._nations))

    def _kind(self, c: Candidate) -> str:
        if c.entry is not None:
            return f"{'sure' if c.entry.sure else 'unsure'}:{c.entry.label}"
        if c.state:
            return "state:dot" if self._text[c.end - 1] == "." else "state:code"
        if c.hi:
            flags, rows = self._g.flags[c.lo : c.hi], self._g.place[c.lo : c.hi]
            main = (flags & ALTERNATE) == 0
            kinds = self._g.kind[rows]
            largest = int(self._g.population[rows[main]].max()) if main.any() else 0
            if largest >= _GREAT and not flags[0] & (WORD | GIVEN | SURNAME) and (kinds[main] < _ADMIN2).any():
                return f"great:{'admin1' if (main & (kinds == _ADMIN1)).any() else 'city'}"
            if self._g.capital[rows].any():
                return "gaz:capital"
            if (main & (kinds == _ADMIN1)).any():
                return "gaz:admin1"
            population = int(self._g.population[rows[main]].max()) if main.any() else 0
            if population and not (kinds[main] >= _ADMIN2).all():
                size = int(math.log10(population + 1))
                return f"gaz:city{min(size, 6)}"
            if main.any():
                return "gaz:admin2" if (kinds[main] == _ADMIN2).any() else "weak:region"
            return f"weak:alternate{min(int(math.log10(int(self._g.population[rows].max()) + 1)), 6)}"
        return f"none:{c.pattern}" if c.pattern else f"none:{c.label}"

    def _model(self, c: Candidate) -> str:
        ents = {e for e in self._ent_of[c.first : c.last] if e is not None}
        if not ents:
            return "-"
        if len(ents) > 1:
            return "several"
        ent = ents.pop()
        if ent.label in _PLACES and self._one_of_several(c, ent):
            return f"={ent.label}"
        slack = self._words[c.last - 1].stop + 1
        if (ent.start < c.start and bare(self._text[ent.start : c.start])) or ent.end > slack:
            return f"<{ent.label}"
        if ent.start > c.start or ent.end < c.end - 1:
            return f">{ent.label}"
        return f"={ent.label}"

    def _one_of_several(self, c: Candidate, ent: NerSpan) -> bool:
        """Whether the model took two names that stand side by side ("Greece Italy") for one, of which `c` is the first or the last."""
        right = c.start <= ent.start and any(
            o.entry is not None and o.entry.sure and o.end >= ent.end - 2 for o in self._begin_at[c.last]
        )
        left = c.end >= ent.end - 2 and any(
            o.entry is not None and o.entry.sure and o.start <= ent.start for o in self._ending[c.first]
        )
        return c.entry is not None and c.entry.sure and (left or right)

    def _listed(self, c: Candidate) -> bool:
        """Whether `c` stands in a list with something that is surely a place."""
        left = self._ending[c.first] if c.first else []
        right = self._begin_at[c.last]
        if c.first and self._words[c.first - 1].text in _JOINS:
            left = [*left, *self._ending[c.first - 1]]
        if c.last < len(self._words) and self._words[c.last].text in _JOINS:
            right = [*right, *self._begin_at[c.last + 1]]
        gaps = [(o, self._text[o.end : c.start]) for o in left] + [(o, self._text[c.end : o.start]) for o in right]
        return any(
            gap.strip() in _LIST_GAPS
            and gap != " "
            and ((o.entry is not None and o.entry.sure and o.entry.label == "COUNTRY") or o.label == "GPE")
            for o, gap in gaps
        )

    def _comma_place(self, c: Candidate) -> str:
        """What a comma and a larger place after `c` say: "inside" it, "beside" one that holds no such place, "" when there is none."""
        if c.last >= len(self._words) or self._text[c.end : self._words[c.last].start] not in (", ", ","):
            return ""
        g, found = self._g, ""
        rows = g.place[c.lo : c.hi]
        for o in self._begin_at[c.last]:
            inside = False
            if o.state:
                inside = bool((g.admin1_index[rows] == g.admin1_index[g.admin1_row[o.state]]).any())
            elif o.entry is not None and o.entry.label == "COUNTRY":
                inside = bool((g.iso2_index[rows] == g.iso2_of.get(self._lexicon.iso2_of.get(o.entry.iso3, ""), -1)).any())
            elif not o.hi or not self._kind(o).endswith(":admin1"):
                continue
            if o.hi:
                regions = g.place[o.lo : o.hi]
                regions = regions[g.kind[regions] == _ADMIN1]
                inside = inside or bool((g.admin1_index[rows][:, None] == g.admin1_index[regions]).any())
            if inside:
                return "inside"
            found = "beside"
        return found
