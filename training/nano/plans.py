"""Draws plans: which instruments play what, how fast, in which mode, so that the ten fields suit each other as they do in the styles table."""
from nano.score import Plan
from nano.styles import FIELDS, FIRST_TEMPO, INDEX, INSTRUMENTS, LAST_TEMPO, NAMES, ROLES, STYLES

STRANGE = .16           # how often a role has an instrument that suits it, but is not one that the style likes


def weighted(rng, weights):
    return rng.choices(range(len(weights)), weights)[0]


def first_often(rng, options):
    """One of the options, the first ones the likeliest."""
    return rng.choices(options, [5, 3, 2, 2, 2, 2, 2, 2][:len(options)])[0]


def rarities():
    """Weights of all instruments: those that few styles like are the likelier where the style does not decide."""
    liked = [name for style in STYLES.values() for _, names in style.parts.values() for name in names]
    return {i.name: 1 / (1 + liked.count(i.name)) for i in INSTRUMENTS}


RARITY = rarities()


def draw_band(rng, style, energy):
    """Instrument names by role: mostly what the style likes, at times anything that suits the role, at times one instrument for all."""
    suits = {role: [i.name for i in INSTRUMENTS if role[0] in i.roles] for role in ROLES}
    solo = style is STYLES["ballad"] or rng.random() < .06
    if solo:
        likes_piano = style is STYLES["ballad"] and rng.random() < .55
        name = "piano" if likes_piano else rng.choice([n for n in suits["melody"] if n in suits["arp"] or rng.random() < .35])
        band = {role: name if name in suits[role] else "none" for role in ("bass", "chords", "arp", "melody")} | {"kit": "none"}
        if name in suits["arp"]:
            band["bass" if rng.random() < .15 else "chords"] = "none"
            band["arp"] = "none" if band["chords"] != "none" and rng.random() < .5 else name
        return band
    band = {}
    for role in ROLES:
        chance, liked = style.parts[role]
        chance = .08 if chance == 0 else chance - (.2 if role == "kit" and energy == 0 else .04)
        if rng.random() >= chance:
            band[role] = "none"
        else:
            strange = not liked or rng.random() < STRANGE
            band[role] = rng.choices(suits[role], [RARITY[name] for name in suits[role]])[0] if strange else first_often(rng, liked)
    if all(band[role] == "none" for role in ("chords", "arp", "melody")):
        band["melody"] = rng.choice(suits["melody"])
    return band


def draw_plan(rng, style=None, **fixed):
    """A plan that suits the style (name, index, or None for any); `fixed` holds other fields (ints) that are given."""
    index = rng.randrange(len(NAMES)) if style is None else NAMES.index(style) if isinstance(style, str) else style
    table = STYLES[NAMES[index]]
    drawn = {"style": index, "mode": weighted(rng, table.modes), "key": rng.randrange(12), "energy": weighted(rng, table.energy)}
    energy = fixed.get("energy", drawn["energy"])
    low, high = ((0, .55), (.15, .85), (.45, 1))[energy]
    bpm = round(table.bpm[0] + (table.bpm[1] - table.bpm[0]) * rng.uniform(low, high))
    if rng.random() < .12:
        bpm = rng.randint(max(FIRST_TEMPO, table.bpm[0] - 30), min(LAST_TEMPO, table.bpm[1] + 30))
    drawn |= {"tempo": bpm - FIRST_TEMPO} | {role: INDEX[name] for role, name in draw_band(rng, table, energy).items()}
    return Plan(**{name: fixed.get(name, drawn[name]) for name in FIELDS})
