"""The words for each kind of arms: what stands near a name of the kind, and which type noun behind it proves it."""

# Words that say of a name which kind of arms it is; they count beside the words of its own rule.
CLASS_WORDS = {
    "aircraft": ("fighter", "jet", "combat aircraft", "warplane", "bomber", "squadron", "demonstrator"),
    "helicopter": ("helicopter", "gunship", "rotorcraft"),
    "uav": ("drone", "UAV", "UAS", "unmanned aerial", "loitering"),
    "missile": ("missile", "warhead", "ATGM"),
    "air_defense": ("anti-aircraft", "air defense", "interceptor", "SAM", "surface-to-air"),
    "armor": ("tank", "fighting vehicle", "IFV", "APC", "armored vehicle", "personnel carrier", "combat vehicle", "MBT"),
    "artillery": ("howitzer", "artillery", "rocket launcher", "MLRS", "self-propelled gun"),
    "naval": ("frigate", "destroyer", "corvette", "submarine", "warship", "patrol vessel", "aircraft carrier", "minehunter"),
    "munition": ("munition", "shell", "bomb", "torpedo", "guided rocket"),
    "sensor_ew": ("radar", "sonar", "jammer", "electronic warfare"),
    "small_arms": ("rifle", "pistol", "machine gun", "carbine", "submachine gun"),
    "space": ("reconnaissance satellite", "spy satellite", "military satellite"),
    "engine": ("engine", "turbofan", "turboshaft"),
    "vehicle": ("military truck", "army truck", "unmanned ground"),
}

# Type nouns that are military by themselves: right behind a name of their category they prove it, without any other cue.
TYPE_HEADS = {
    "aircraft": ("fighter", "jet", "warplane", "bomber"),
    "helicopter": ("helicopter", "gunship", "tiltrotor"),
    "uav": ("drone", "UAV", "loitering munition", "munition"),
    "missile": ("missile", "launcher", "warhead", "ICBM", "missile battery"),
    "air_defense": ("battery", "batteries", "launcher", "interceptor", "missile", "air defense", "SAM"),
    "armor": ("tank", "IFV", "APC", "fighting vehicle", "armored vehicle", "armoured vehicle", "infantry fighting vehicle"),
    "artillery": ("howitzer", "rocket launcher", "rocket", "launcher", "MLRS", "self-propelled howitzer"),
    "naval": ("submarine", "frigate", "destroyer", "corvette", "warship", "aircraft carrier"),
    "munition": ("shell", "bomb", "torpedo", "artillery shell", "artillery round"),
    "sensor_ew": ("radar", "jammer"),
    "PROGRAM": (
        "scheme",
        "programme",
        "program",
        "contest",
        "mechanism",
        "partnership",
        "initiative",
        "competition",
        "tender",
        "loan",
    ),
}
