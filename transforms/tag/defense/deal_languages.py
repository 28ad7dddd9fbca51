"""The wordings that state a deal in other languages, and who is who around them.

Word order differs, so roles go by the kind of verb and not by place: a `buyer`'s verb has the first state named as the buyer, a
`receiver`'s too, a `giver`'s the last one; a `maker`'s and a `target`'s have a firm. Whatever is planned or denied is no deal.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from schemas.records import Deal
from transforms.tag.defense.deal_marks import Mark

_CLAUSE = re.compile(r";\s*|,\s+(?:a|а|und|während|et|tandis que|y|mientras|тоді як)\s+(?=[«„“\"]?⟦)")


class Wording(NamedTuple):
    """`kind` of deal, the role of the verb's main part (buyer, receiver, giver, maker, target), and the wording."""

    kind: str
    role: str
    pattern: re.Pattern[str]


_KINDS = (
    ("sanction", "target"), ("plant", "maker"), ("production_start", "maker"), ("contract", "buyer"), ("order", "buyer"),
    ("delivery", "receiver"), ("delivery", "giver"),
)  # fmt: skip
_G = "[^.;]{0,200}?"  # anything within the clause
# For each language the wordings of sanction, plant, production start, contract, order, receiving, giving, and what makes them unreal
_WORDINGS = {
    "de": (
        rf"verhängt\w{{0,12}}{_G}Sanktionen|Sanktionen gegen|sanktionierte?\b",
        rf"eröffnet\w{{0,12}}{_G}(?:Werk|Fabrik|Produktionsstätte)|(?:Werk|Fabrik){_G}eröffnet|"
        rf"\b(?:baut|bauen|errichte[nt])\b{_G}(?:Werk|Fabrik|Produktionsstätte)",
        rf"(?:begann|startete|begonnen){_G}(?:produktion|fertigung)|(?:produktion|fertigung){_G}(?:begonnen|gestartet|angelaufen|aufgenommen)",
        rf"vertr[aä]g\w{{0,12}}{_G}(?:unterzeichnet|unterschrieben|geschlossen)|(?:unterzeichnet|unterschrieb|schloss)\w{{0,12}}{_G}vertr[aä]g",
        r"\b(?:bestellt(?:e|en)?|kaufte[n]?|gekauft|beschaffte[n]?|beschafft|geordert)\b",
        r"\b(?:erhielt(?:en)?|erhalten|bekommen)\b",
        r"\b(?:übergeben|übergab(?:en)?|ausgeliefert|geliefert|lieferten?)\b",
        r"soll(?:en|te|ten)?|könnten?|will|wollen|möchten?|plant|planen|erwäg\w+|verhandel\w+|nicht|kein\w*|angeblich|würden?|storniert\w*|"
        r"gestoppt|abgesagt|wird|werden",
    ),
    "fr": (
        r"(?:a|ont) sanctionné|sanctions (?:contre|à l['’]encontre)",
        rf"(?:a|ont) (?:inauguré|ouvert){_G}(?:usine|ligne de production|atelier|poudrerie)|construi(?:t|sent)\b{_G}usine",
        rf"(?:a|ont) (?:lancé|démarré|commencé){_G}production",
        rf"signé{_G}contrat|contrat{_G}(?:a été|est) (?:signé|notifié)|(?:attribué|notifié|confié){_G}(?:contrat|marché)",
        r"(?:a|ont) (?:commandé|acheté|acquis)\b",
        r"(?:a|ont) (?:reçu|réceptionné|pris livraison)",
        r"(?:a|ont) (?:livré|remis|transféré)\b",
        r"pourrai\w+|devrai\w+|envisag\w+|négoci\w+|souhait\w+|veut|veulent|prévoi\w+|pas|annul\w+|espèr\w+|éventuel\w*",
    ),
    "es": (
        r"sancion(?:ó|aron|ado)|sanciones (?:contra|a)\b",
        rf"(?:inaugur(?:ó|ado)|abri(?:ó|erto)|construyen?|construyendo){_G}(?:planta|fábrica)",
        rf"(?:inició|iniciado|comenzó|comenzado|empezó){_G}(?:producción|fabricación)",
        rf"(?:firm|adjudic)(?:ó|aron|ado){_G}contrato|contrato{_G}(?:firm|adjudic)ado",
        r"\b(?:encarg(?:ó|ado|aron)|compr(?:ó|ado|aron)|adquiri(?:ó|do|eron)|(?:aprobó|autorizó) la (?:compra|adquisición))\b",
        r"\brecib(?:ió|ieron|ido)\b",
        r"\bentreg(?:ó|ado|aron)\b|\bsuministró\b",
        r"podrían?|planean?|quieren?|negoci\w+|estudian?|esperan?|no|cancel\w+|prevén?|posible\w*",
    ),
    "it": (
        r"(?:ha|hanno) sanzionato|sanzioni (?:contro|a)\b",
        rf"(?:ha|hanno) (?:inaugurato|aperto){_G}(?:stabilimento|fabbrica|impianto)|"
        rf"(?:costruisc(?:e|ono)|costruendo){_G}(?:stabilimento|fabbrica)",
        rf"(?:ha|hanno) (?:avviato|iniziato|cominciato){_G}produzione",
        rf"firmat[oaie]{_G}contratt|contratt[oi]{_G}firmat|(?:assegnato|aggiudicato){_G}contratt",
        r"(?:ha|hanno) (?:ordinato|acquistato|comprato)\b",
        r"(?:ha|hanno) (?:ricevuto|preso in consegna)",
        r"(?:ha|hanno) (?:consegnato|fornito|ceduto)\b",
        r"potrebb\w+|dovrebb\w+|vuole|vogliono|valuta\w*|negozia\w*|trattativ\w+|non|annulla\w+|previst\w+|spera\w*",
    ),
    "pt": (
        r"sancion(?:ou|aram)\b|sanções (?:contra|a)\b",
        rf"(?:inaugurou|abriu|constrói|construindo){_G}(?:fábrica|unidade)",
        rf"(?:iniciou|começou){_G}(?:produção|fabricação|fabrico)",
        rf"assin(?:ou|aram){_G}contrato|contrato{_G}assinado",
        r"(?:encomend|compr)(?:ou|aram)\b|adquiri(?:u|ram)\b",
        r"receb(?:eu|eram)\b",
        r"entreg(?:ou|aram)\b|fornece(?:u|ram)\b",
        r"poderi\w+|deve(?:m|rá)?|quer(?:em)?|negoci\w+|estuda\w*|espera\w*|não|cancel\w+|prev[êi]\w*|possível",
    ),
    "pl": (
        rf"(?:nałoży|wprowadzi)\w{{1,12}}{_G}sankcj|obję\w+ sankcjami",
        rf"(?:otworzy|otwar|\bbuduj)\w{{1,12}}{_G}(?:fabryk|zakład|hal[ęi])",
        rf"(?:rozpocz[ęą]|uruchomi)\w{{1,12}}{_G}(?:produkcj|montaż)",
        rf"podpisa\w{{1,12}}{_G}(?:umow|kontrakt)|(?:umow|kontrakt)\w{{0,12}}{_G}podpisan",
        r"\b(?:zamówi|kupi|zakupi)(?:ła|ł|ło|ły|li|ono)\b",
        r"\b(?:otrzyma|odebra)(?:ła|ł|ło|ły|li)\b|\bdo ⟦G\d+⟧ dotar",
        r"\b(?:dostarczy|przekaza)(?:ła|ł|ło|ły|li|no)\b",
        r"może|mogł\w+|chce|chcą|planuj\w+|negocj\w+|rozważ\w+|nie|anulow\w+|zamierza\w*",
    ),
    "uk": (
        rf"(?:запровади|вве|вв[іо]|накла)\w{{1,12}}{_G}санкці",
        rf"(?:відкри|запусти|\bбуду)\w{{1,12}}{_G}(?:завод|цех)",
        rf"(?:розпоча|поча|запусти)\w{{1,12}}{_G}(?:виробництв|випуск)",
        rf"(?:підписа|укла)\w{{1,12}}{_G}(?:контракт|угод|догов)",
        r"\b(?:замови|закупи|придба|купи)(?:ла|в|ло|ли|ть)\b",
        r"\bотрима(?:ла|в|ло|ли)\b",
        r"\b(?:переда|постави|достави)(?:ла|в|ло|ли)\b",
        r"може|можуть|хоч\w+|плану\w+|розгляда\w+|переговор\w+|не|скасу\w+|ймовірно|намір\w*",
    ),
    "ru": (
        rf"(?:вве|ввё|наложи)\w{{1,12}}{_G}санкци",
        rf"(?:откры|запусти|\bстро[ия])\w{{1,12}}{_G}(?:завод|цех)",
        rf"(?:нача(?=л[аио]?\b|т[аоы])|запусти|приступи)\w{{1,12}}{_G}(?:производств|выпуск)",
        rf"(?:подписа|заключи)\w{{1,12}}{_G}(?:контракт|договор|соглашени)",
        r"\b(?:заказал|закупил|купил|приобр[её]л)[аио]?\b",
        r"\bполучил[аио]?\b",
        r"\b(?:передал|поставил|отгрузил|доставил)[аио]?\b",
        r"может|могут|хо[чт]\w+|планиру\w+|рассматрива\w+|переговор\w+|не|отмени\w+|возможн\w+|намерен\w*",
    ),
    "tr": (
        rf"yaptırım\w{{0,12}}{_G}(?:uyguladı|getirdi)|yaptırım listesine",
        rf"(?:tesis|fabrika)\w{{0,12}}{_G}(?:açtı|açıldı|inşa ediyor|kuruyor)",
        rf"üretim\w{{0,12}}{_G}(?:başladı|başlandı)",
        rf"(?:sözleşme|anlaşma)\w{{0,12}}{_G}imzala(?:dı|ndı)",
        r"sipariş (?:verdi|etti)|satın aldı",
        r"teslim aldı",
        r"teslim etti",
        r"istiyor\w*|görüş\w+|planl\w+|olabilir|değil|iptal\w*|ertele\w+|\w+[ae]bilir",
    ),
    "ko": (
        r"제재(?:했|를 (?:부과|가)|대상)",
        r"공장을?[^.]*?(?:준공|열었|완공)",
        r"양산에 (?:착수|들어)|(?:생산|양산)을 시작",
        r"계약을? (?:체결|맺)",
        r"주문했|발주했|구매했",
        r"인수했|도입했|넘겨받",
        r"인도했|납품했|전달했|공급했",
        r"검토|계획|협상|가능성|않|못|취소|예정|추진",
    ),
    "zh": (
        r"制裁",
        r"工厂[^。]*?(?:投产|落成|开业)",
        r"开始(?:量产|生产|批量)|投入量产",
        r"(?:签署|签订)[^。]*?合同",
        r"订购|采购了|购买了",
        r"接收了?|收到了?",
        r"交付|移交",
        r"可能|计划|考虑|谈判|希望|未|没有|取消|拟|否认|将",
    ),
}  # fmt: skip
_WHOLE_WORDS = ("de", "fr", "es", "it", "pt", "pl", "uk", "ru", "tr")
WORDINGS = {
    language: tuple(
        Wording(kind, role, re.compile(rf"\b(?:{pattern})" if language in _WHOLE_WORDS and language != "de" else pattern, re.I))
        for (kind, role), pattern in zip(_KINDS, patterns[:-1], strict=True)
    )
    for language, patterns in _WORDINGS.items()
}
UNREAL = {
    language: re.compile(rf"\b(?:{patterns[-1]})\b" if language in _WHOLE_WORDS else patterns[-1], re.I)
    for language, patterns in _WORDINGS.items()
}
# a ministry, an army, a government, in whatever language
_BODY = re.compile(
    r"\b(?:ministeri\w*|minister\w+|ministère|armée|gouvernement|heer|armee|regierung|streitkräfte|truppe|gobierno|ejército|fuerzas|esercito|"
    r"governo|exército|wojsk\w*|armi[aię]|resort\w*|міністерств\w*|міноборони|військов\w+|армі[яїю]|уряд\w*|министерств\w*|минобороны|"
    r"военны\w+|арми[яию]|bakanlığı?|ordu\w*)\b|국방부|군은?|军方|国防部",
    re.I,
)
_COUNTS = {  # two to ten, and twelve
    "de": "zwei drei vier fünf sechs sieben acht neun zehn zwölf",
    "fr": "deux trois quatre cinq six sept huit neuf dix douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez doce",
    "it": "due tre quattro cinque sei sette otto nove dieci dodici",
    "pt": "dois três quatro cinco seis sete oito nove dez doze",
    "pl": "dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć dwanaście",
    "uk": "два три чотири п'ять шість сім вісім дев'ять десять дванадцять",
    "ru": "два три четыре пять шесть семь восемь девять десять двенадцать",
    "tr": "iki üç dört beş altı yedi sekiz dokuz on oniki",
}  # fmt: skip
_NUMBERS = {
    language: dict(zip(names.split(), (*range(2, 11), 12), strict=True)) | {"duas": 2, "дві": 2, "две": 2, "dwie": 2}
    for language, names in _COUNTS.items()
}
_DIGITS = re.compile(r"(?<![\dA-Za-z.,-])(?<!\d\s)(\d{1,4})[\s\u00a0]*(?:[^\W\d][\w-]*\s+){0,3}[架辆艘枚套台]?\s*[«„“\"]?$")
_MONTH = re.compile(
    r"\b(?:січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|января|февраля|марта|апреля|мая|июня|июля|"
    r"августа|сентября|октября|ноября|декабря|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|"
    r"grudnia|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|janvier|février|mars|avril|juin|juillet|"
    r"août|septembre|octobre|novembre|décembre|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|gennaio|febbraio|"
    r"marzo|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre)\b|\bde (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|"
    r"octubre|noviembre|diciembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro)\b|[年月日]",
    re.I,
)
_AFTER = re.compile(r"\s*(?:[가-힣]+\s*)?(\d{1,4})\s?(?:대|문|기|척|발)")


def quantity_of(before: str, after: str, language: str) -> int | None:
    """How many of a platform, from the text on both sides of it; None when it is not counted. A year is no count."""
    found = _DIGITS.search(before[-60:]) or _AFTER.match(after)
    if found and _MONTH.search(found[0]):
        return None
    if found:
        number = int(found[1])
        return None if 1900 <= number <= 2100 else number
    words = before[-60:].replace("’", "'").rstrip(' «„“"').split()
    names = _NUMBERS.get(language, {})
    return next((names[word.lower()] for word in reversed(words[-3:]) if word.lower() in names), None)


def read_abroad(masked: str, marks: Sequence[Mark], language: str, offset: int, length: int, country: str = "") -> list[Deal]:
    """The deals of a masked sentence of `length` code points at `offset`, at most one a clause. `country`: the one just spoken of, which a
    body that none is named for belongs to."""
    if language not in WORDINGS:
        return []
    cuts = [match.end() for match in _CLAUSE.finditer(masked)]
    found = []
    for begin, end in zip([0, *cuts], [*cuts, len(masked)], strict=True):
        inside = [mark._replace(start=mark.start - begin, end=mark.end - begin) for mark in marks if begin <= mark.start < end]
        clause = masked[begin:end]
        if inside and not UNREAL[language].search(clause):
            wording = next((wording for wording in WORDINGS[language] if wording.pattern.search(clause)), None)
            home = country if _BODY.search(clause) else ""
            deal = _deal(wording, clause, inside, language, home) if wording else None
            found += [replace(deal, start=offset, end=offset + length)] if deal else []
    return found


def _deal(wording: Wording, clause: str, marks: list[Mark], language: str, home: str) -> Deal | None:
    """The deal of a clause; None when a needed part is missing, or when two firms could be the supplier."""
    firms = list(dict.fromkeys(mark.mention.entity_id for mark in marks if mark.letter == "C" and mark.mention))
    states = [mark.mention.iso3 for mark in marks if mark.letter in "GA" and mark.mention and mark.mention.iso3]
    states = states or [home] * bool(home and wording.role in ("buyer", "receiver"))
    platform = next((mark for mark in marks if mark.letter == "P"), None)
    money = next((mark.money for mark in marks if mark.letter == "M"), None)
    if len(firms) > 1:
        return None
    firm, made = (firms[0] if firms else ""), (platform.mention.entity_id if platform and platform.mention else "")
    if wording.role in ("target", "maker"):
        made = made if wording.kind == "production_start" else ""
        return Deal(wording.kind, 0, 0, "", firm, made) if firm else None
    if not states or (wording.role == "giver" and not (firm or len(set(states)) > 1)):
        return None  # who gave, and to whom?
    buyer = states[-1 if wording.role == "giver" else 0]
    if not (platform or (wording.kind == "contract" and firm)):
        return None
    count = quantity_of(clause[: platform.start], clause[platform.end :], language) if platform else None
    paid = money if wording.kind != "delivery" else None
    amount, currency = (paid.amount, paid.currency_for(buyer)) if paid else (None, "")
    return Deal(wording.kind, 0, 0, buyer, firm, made, count, amount, currency)
