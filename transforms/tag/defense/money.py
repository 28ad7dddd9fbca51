"""Amounts of money and numbers of things, as news write them."""

import re
from typing import NamedTuple

_SYMBOLS = {
    "US$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₹": "INR", "₺": "TRY", "₴": "UAH", "₽": "RUB",
    "₪": "ILS", "zł": "PLN", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "S$": "SGD", "NT$": "TWD",
    "HK$": "HKD", "R$": "BRL", "Rs": "INR", "Rs.": "INR", "RM": "MYR", "RMB": "CNY",
}  # fmt: skip
_NAMES = {
    r"(?:US |U\.S\. |American )?dollars?": "USD", r"Australian dollars?": "AUD", r"Canadian dollars?": "CAD",
    r"Singapore(?:an)? dollars?": "SGD", r"(?:New )?Taiwan(?:ese)? dollars?": "TWD", r"New Zealand dollars?": "NZD",
    r"euros?": "EUR", r"pounds?(?: sterling)?": "GBP", r"(?:Japanese )?yen": "JPY", r"(?:South Korean |Korean )?won": "KRW",
    r"(?:Indian )?rupees?": "INR", r"Pakistani rupees?": "PKR", r"(?:Polish )?z[lł]ot(?:y|ys|ych|e)": "PLN",
    r"Swiss francs": "CHF", r"(?:Swedish )?kronor|Swedish (?:crowns?|krona)": "SEK", r"Norwegian (?:kroner|crowns?)": "NOK",
    r"Danish (?:kroner|crowns?)": "DKK", r"Czech (?:crowns?|koruna)|koruna": "CZK", r"(?:Russian )?(?:rubles?|roubles?)": "RUB",
    r"hryvnias?": "UAH", r"(?:Israeli )?shekels?": "ILS", r"(?:Turkish )?liras?": "TRY", r"(?:Chinese )?yuan|renminbi": "CNY",
    r"(?:Hungarian )?forints?": "HUF", r"(?:Romanian )?lei": "RON", r"(?:Brazilian )?reais": "BRL", r"(?:UAE |Emirati )?dirhams?": "AED",
    r"(?:Saudi )?riyals?": "SAR", r"(?:Thai )?baht": "THB", r"(?:Philippine )?pesos": "PHP", r"ringgit": "MYR", r"rupiah": "IDR",
    r"dolar\w*|dólares|доллар\w*|долар\w*": "USD", r"евро|євро|avro": "EUR", r"руб(?:л\w+)?": "RUB", r"грн|грив\w+": "UAH",
    r"zł|złotych": "PLN", r"Türk lirası|lira\w*": "TRY", r"крон\w*|koron\w*": "",
    r"crown": "", r"reali": "BRL", r"rand": "ZAR", r"leva?": "BGN", r"kroner": "", r"crowns": "", r"francs": "CHF", r"dinars?": "",
}  # fmt: skip
# What a bare `kroner`, `crowns` or `$` means to a buyer.
_HOME = {
    ("kroner", "NOR"): "NOK", ("kroner", "DNK"): "DKK", ("crowns", "CZE"): "CZK", ("crowns", "SWE"): "SEK", ("crowns", "NOR"): "NOK",
    ("crowns", "DNK"): "DKK", ("crown", "SWE"): "SEK", ("crown", "CZE"): "CZK", ("crown", "NOR"): "NOK", ("crown", "DNK"): "DKK",
    ("dinars", "SRB"): "RSD", ("dinars", "KWT"): "KWD", ("dinars", "DZA"): "DZD", ("dinars", "IRQ"): "IQD",
}  # fmt: skip
_CODES = (
    "USD", "EUR", "GBP", "JPY", "KRW", "INR", "PLN", "SEK", "NOK", "DKK", "CZK", "CHF", "AUD", "CAD", "NZD", "SGD", "TWD", "BRL", "TRY",
    "UAH", "RUB", "ILS", "CNY", "HUF", "RON", "AED", "SAR", "THB", "PHP", "MYR", "IDR", "ZAR", "BGN", "PKR", "QAR", "KWD", "EGP", "MXN",
)  # fmt: skip
_SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "mln": 1e6, "m": 1e6, "mio": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9,
    "bln": 1e9, "millionen": 1e6, "millions": 1e6, "millones": 1e6, "milionów": 1e6, "миллионов": 1e6, "мільйонів": 1e6, "млн": 1e6,
    "milyon": 1e6, "mio.": 1e6, "milliarden": 1e9, "milliarde": 1e9, "mrd": 1e9, "mrd.": 1e9, "milliards": 1e9, "milliard": 1e9,
    "mil millones": 1e9, "mld": 1e9, "miliardów": 1e9, "miliarda": 1e9, "млрд": 1e9, "миллиардов": 1e9, "миллиарда": 1e9,
    "milioni": 1e6, "milione": 1e6, "miliardi": 1e9, "miliardo": 1e9, "milhões": 1e6, "milhão": 1e6, "bilhões": 1e9, "bilhão": 1e9,
    "mil milhões": 1e9, "miljoner": 1e6, "miljarder": 1e9, "miljoen": 1e6, "miljard": 1e9,
    "мільярдів": 1e9, "мільярда": 1e9, "milyar": 1e9, "trillion": 1e12, "tn": 1e12, "crore": 1e7, "lakh": 1e5, "lakh crore": 1e12,
}  # fmt: skip
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# After these a dot parts thousands; in English `$1.125 billion` is one and an eighth.
_DOTTED = frozenset(
    scale
    for scale in _SCALES
    if scale.startswith(("millon", "mil mil", "millionen", "milliard", "milyon", "milion", "miliard", "milh", "bilh"))
)
_WORDS = {word: n for n, word in enumerate(_COUNTS, 1)} | {
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "deux": 2,
    "trois": 3,
    "dos": 2,
    "tres": 3,
    "due": 2,
    "tre": 3,
    "dois": 2,
    "duas": 2,
    "três": 3,
}
_NUMBER = r"\d{1,3}(?:[,\u00a0 ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_SCALE = (
    r"mil milhões|miliard[io]|milion[ie]|milh(?:ões|ão)|bilh(?:ões|ão)|miljoner|miljarder|miljoen|miljard|"
    r"mil millones|milliarden?|milliards?|millionen|millions|millones|milionów|miliard(?:ów|a)|mld|mrd\.?|mio\.|"
    r"млрд|млн|миллиард(?:ов|а)|мільярд(?:ів|а)|миллионов|мільйонів|milyar|milyon|"
    r"lakh crore|thousand|million|billion|trillion|crore|lakh|mln|bln|mio|mn|bn|tn|[mbk]"
)
_SYMBOL = "|".join(sorted(map(re.escape, _SYMBOLS), key=len, reverse=True)) + "|" + "|".join(_CODES)
_BEFORE = re.compile(rf"(?<![A-Za-z\d])(?P<unit>{_SYMBOL})\s?(?P<number>{_NUMBER})(?:[\s-]?(?P<scale>{_SCALE})\b)?", re.I)
_AFTER = re.compile(
    rf"(?<![\w.,-])(?P<number>{_NUMBER}|(?:{'|'.join(_WORDS)})(?=[\s-](?:{_SCALE})\b))(?:[\s-]?(?P<scale>{_SCALE}))?"
    rf"[\s-](?:d[ei] |d['’])?(?P<unit>{'|'.join(_NAMES)}|{'|'.join(_CODES)})\b",
    re.I,
)

# Chinese, Japanese and Korean: `53亿瑞典克朗`, `3781億円`, `8조9000억원`, each part with its scale
_EAST_SCALES = {
    "만": 1e4,
    "万": 1e4,
    "萬": 1e4,
    "억": 1e8,
    "亿": 1e8,
    "億": 1e8,
    "조": 1e12,
    "兆": 1e12,
    "万亿": 1e12,
    "萬億": 1e12,
}
_EAST_UNITS = {
    "달러": "USD", "원": "KRW", "유로": "EUR", "파운드": "GBP", "엔": "JPY",
    "즈워티": "PLN", "美元": "USD", "美金": "USD", "ドル": "USD",
    "人民币": "CNY", "元人民币": "CNY", "欧元": "EUR",
    "歐元": "EUR", "ユーロ": "EUR", "英镑": "GBP", "ポンド": "GBP", "日元": "JPY", "円": "JPY",
    "卢布": "RUB", "韩元": "KRW", "ウォン": "KRW", "瑞典克朗": "SEK",
    "兹罗提": "PLN", "新台幣": "TWD", "新台币": "TWD", "印度卢比": "INR", "元": "CNY",
}  # fmt: skip
_EAST_SCALE = "|".join(sorted(_EAST_SCALES, key=len, reverse=True))
_EAST_NUMBER = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?"
_EAST = re.compile(  # every part but the last has a scale, so that there is one way to read a row of digits
    rf"(?<![\d.,])(?P<number>(?:(?:{_EAST_NUMBER})\s?(?:{_EAST_SCALE})\s?){{0,3}}(?:(?:{_EAST_NUMBER})\s?)?)"
    rf"(?<=[\d\s{''.join(sorted(set(_EAST_SCALE) - {'|'}))}])多?(?P<unit>{'|'.join(sorted(_EAST_UNITS, key=len, reverse=True))})"
)
_EAST_PART = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s?({_EAST_SCALE})?")


class Money(NamedTuple):
    """`amount` in units of `currency` (ISO 4217, "" when the text does not tell), written at code points `start`..`end`."""

    amount: float
    currency: str
    start: int
    end: int
    unit: str

    def currency_for(self, iso3: str) -> str:
        """The currency, a bare `kroner` or `crowns` read as that of the country `iso3`."""
        return self.currency or _HOME.get((self.unit.lower(), iso3), "")


def amounts(text: str) -> list[Money]:
    """All amounts of money in `text`, in order. A bare `$` is read as US dollars; `kroner` and `crowns` have no code."""
    found: dict[int, Money] = {}
    for match in _EAST.finditer(text):
        parts = _EAST_PART.findall(match["number"])
        value = sum(float(n.replace(",", "")) * _EAST_SCALES.get(scale, 1.0) for n, scale in parts)
        if value:
            found[match.start()] = Money(value, _EAST_UNITS[match["unit"]], match.start(), match.end(), match["unit"])
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            value = _value(match["number"], _plain_case(match["scale"] or ""))
            if value and not any(m.start < match.end() and match.start() < m.end for m in found.values()):
                found[match.start()] = Money(value, _currency(match["unit"]), match.start(), match.end(), match["unit"])
    return [found[start] for start in sorted(found)]


def _plain_case(word: str) -> str:
    """In small letters, the Turkish dotted and dotless ones as the common one."""
    return word.replace("İ", "i").replace("ı", "i").lower()


def _value(number: str, scale: str) -> float:
    """0.0 when the scale is none."""
    if scale and scale not in _SCALES:
        return 0.0
    if number.lower() in _WORDS:
        return _WORDS[number.lower()] * _SCALES[scale]
    if scale in _DOTTED and re.fullmatch(r"\d{1,3}\.\d{3}", number):  # `2.600 millones`
        number = number.replace(".", "")
    digits = number.replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        digits = digits.replace(",", ".")
    return round(float(digits.replace(",", "")) * _SCALES.get(scale, 1.0), 2)


def _currency(unit: str) -> str:
    for symbol, code in _SYMBOLS.items():
        if unit.casefold() == symbol.casefold():
            return code
    if unit.upper() in _CODES:
        return unit.upper()
    return next((code for name, code in _NAMES.items() if re.fullmatch(name, unit, re.I)), "")
