"""Words of other subjects speak against doubtful names: everyday words, results of matches, badges, cars; a text's own acronyms."""

import pytest

from tests.tag.defense.conftest import plain_analysis
from transforms.tag.defense.acronyms import spelled_out, stands_for
from transforms.tag.defense.atoms import atomise
from transforms.tag.defense.classes import CLASS_WORDS, TYPE_HEADS
from transforms.tag.defense.cues import EVERYDAY_FILE, Everyday, read_cues
from transforms.tag.defense.lexicon import Alias, Entity, Rule
from transforms.tag.defense.tagger import DefenseTagger

NONE = [
    ("en", "The Viper beside the string quartet is a sedan with a smooth engine."),
    ("en", "A cat, two puppies and a bowl of soup: the Bronco Raptor carried them all."),
    ("en", "He replaced the car with a Viggen-badged 9-3."),
    ("en", "The groom came in a borrowed Rolls-Royce, the bride on foot."),
    ("en", "Andúril stays in its sheath."),
    ("en", "The captain sank the Sabres, whose defence had held out."),
    ("en", "Median household income, or MHI, and the Navy pier: the army of renters grows."),
    ("en", "Passengers on flight SU-57 missed their link."),
    ("en", "A house in CH47, near the golf course, is for sale."),
    ("en", "Please quote reference T-64/22 to the parking office."),
    ("ru", "В хоккейном матче «Авангард» обстрелял ворота гостей, вратарь выстоял, шайбу забросил защитник Искандер Калибров."),
    ("es", "El delantero disparó un misil, el Dragón de peluche cayó de la grada del estadio."),
]
SOME = [
    ("en", "The Javelin missile is on murals, and saints hold it.", ["Javelin"]),
    ("en", "Two Kh-59/69 missiles and Mi-8/17 helicopters were lost.", ["Kh-59/69", "Mi-8/17"]),
    ("en", "Rosoboronexport shows the Lancet-E drone.", ["Rosoboronexport", "Lancet-E"]),
    ("ru", "Концерн «Калашников» поставил автоматы АК-12 армии.", ["Калашников", "АК-12"]),
    ("ru", "На «Адмиралтейских верфях» спущена подводная лодка.", ["Адмиралтейских верфях"]),
    ("pl", "Analitycy Ośrodka Studiów Wschodnich piszą o rakietach.", ["Ośrodka Studiów Wschodnich"]),
    ("uk", "За даними Повітряних сил, збито 30 дронів.", ["Повітряних сил"]),
    ("ar", "قالت الهيئة العربية للتصنيع إن الجيش طلب مدرعات.", ["الهيئة العربية للتصنيع"]),
    ("uk", "Росіяни вдарили Іскандером по Харкову.", ["Іскандером"]),
]


@pytest.fixture(scope="module")
def tagger() -> DefenseTagger:
    return DefenseTagger()


@pytest.mark.parametrize(("language", "text"), NONE)
def test_another_subject(tagger: DefenseTagger, language: str, text: str) -> None:
    assert [m.text for m in tagger.find(plain_analysis(text, language)) if m.label not in ("AGENCY", "TERM")] == []


@pytest.mark.parametrize(("language", "text", "want"), SOME)
def test_names_that_stand(tagger: DefenseTagger, language: str, text: str, want: list[str]) -> None:
    assert [m.text for m in tagger.find(plain_analysis(text, language)) if m.label != "TERM"] == want


def test_everyday_words_are_none_of_arms() -> None:
    words = {line for line in EVERYDAY_FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
    assert len(words) > 2000
    of_arms = {a.text for cue in read_cues() if cue.id in ("cue:strong", "cue:weak", "cue:hint") for a in cue.aliases}
    of_arms.update(word for table in (CLASS_WORDS, TYPE_HEADS) for group in table.values() for word in group)
    assert words & of_arms == set()


def test_everyday_words_in_small_letters_and_both_numbers() -> None:
    found = Everyday().cues(atomise("Puppies and puppies, a banana or bananas to toy, the Banana"))
    assert [cue.phrase for cue in found] == ["puppies", "banana", "bananas"]


def test_acronyms_that_a_text_spells_out() -> None:
    assert spelled_out("Median household income, or MHI, in the Bureau of Odd Things (BOT), not by the (XYZ)") == {
        "MHI": "median household income",
        "BOT": "bureau of odd things",
    }
    mhi = Entity("mhi", "Mitsubishi Heavy Industries", "COMPANY", (Alias("MHI", Rule()),))
    assert not stands_for(mhi, "median household income")
    assert stands_for(mhi, "mitsubishi heavy industries")


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Lockheed Martin shows the F-16 Fighting Falcon and the F-16 Fighting Falcon again.", ()),
        ("Lockheed Martin and Raytheon make shells; the shells and the tank gun F-16 leave the works.", ()),
        ("Lockheed Martin shows the F-16 after the fighting; troops captured a battlefield.", ("conflict_use",)),
    ],
)
def test_words_of_a_name_say_nothing_of_the_topic(tiny: DefenseTagger, text: str, topics: tuple[str, ...]) -> None:
    analysis = plain_analysis(text)
    assert tiny.score(tiny.find(analysis), analysis)[1] == topics
