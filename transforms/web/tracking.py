"""Query parameters that say where a reader came from and nothing about what is read.

Collected from the documentation of analytics, advertising and mail services and from parameters seen in news feeds.
A name is listed only when dropping it cannot change the page; short, ambiguous names (`id`, `p`, `s`, `cid`) stay.
"""

_PREFIXES = (
    "utm_", "ga_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "at_", "ns_", "fb_", "__twitter_", "wt_", "wt.", "stm_",
    "oly_", "vero_", "__hs", "_hs", "amp_", "action_object_", "action_type_", "action_ref_", "guce_", "trk_", "mc_",
)  # fmt: skip

_NAMES = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "ymclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "li_fat_id",
        "epik",
        "irclickid",
        "rb_clickid",
        "wickedid",
        "zanpid",
        "s_kwcid",
        "ef_id",
        "rdt_cid",
        "sccid",
        "scid_click",
        "_openstat",
        "_ga",
        "_gl",
        "_branch_match_id",
        "mkt_tok",
        "mkwid",
        "pcrid",
        "elqtrack",
        "elqtrackid",
        "trackingid",
        "spjobid",
        "spmailingid",
        "spuserid",
        "spreportid",
        "bsft_clkid",
        "bsft_uid",
        "ck_subscriber_id",
        "nr_email_referer",
        "email_hash",
        "sailthru_hash",
        "cmp",
        "cmpid",
        "cmp_id",
        "ncid",
        "icid",
        "intcid",
        "int_cid",
        "cid_source",
        "ocid",
        "xtor",
        "xts",
        "maca",
        "mbid",
        "smid",
        "smtyp",
        "tpcc",
        "taid",
        "ftag",
        "ito",
        "traffic_source",
        "soc_src",
        "soc_trk",
        "sr_share",
        "sref",
        "sms_ss",
        "awesm",
        "hootpostid",
        "linkid",
        "guccounter",
        "usqp",
        "ref_src",
        "ref_url",
        "referrer",
        "referer",
        "refsrc",
        "rss_id",
        "rssfeed",
        "feedref",
        "partnerid_rss",
        "jsessionid",
        "phpsessid",
        "aspsessionid",
        "sessionid_rss",
    ]
)

# Dropped only with these values: elsewhere the same name chooses the page.
_FEED_VALUES = frozenset(["rss", "feed", "rssfeed", "rss2", "atom", "xml", "newsfeed"])
_SOCIAL_VALUES = frozenset(
    ["twitter", "facebook", "linkedin", "email", "newsletter", "social", "telegram", "whatsapp", "google", "googlenews"]
)
_ORIGIN_NAMES = frozenset(
    [
        "ref",
        "source",
        "src",
        "from",
        "via",
        "partner",
        "emc",
        "mod",
        "feed",
        "output",
        "rss",
        "origin",
        "channel",
        "medium",
        "campaign",
        "format_source",
        "utm",
    ]
)
_EMPTY_FLAGS = frozenset(("rss", "amp", "share"))


def is_tracking(name: str, value: str) -> bool:
    """Whether the query parameter `name=value` (decoded) may be dropped without changing what is read."""
    name = name.lower()
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    value = value.lower()
    if name in _EMPTY_FLAGS and value in ("", "1", "true", "yes"):
        return True
    if name in ("output", "outputtype") and value == "amp":
        return True
    if name in _ORIGIN_NAMES and name not in ("output", "feed"):
        return value in _FEED_VALUES or value in _SOCIAL_VALUES or value.startswith(("rss_", "rss-"))
    return False
