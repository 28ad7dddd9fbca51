"""The stages of a pass, in the order in which data walks, each with the unit that it counts."""

STAGES = (
    ("poll", "feeds"),
    ("parse", "items"),
    ("select", "entries"),
    ("fetch", "entries"),
    ("extract", "pages"),
    ("tag", "articles"),
    ("lake", "articles"),
)
