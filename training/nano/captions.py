"""Captions of plans: many phrasings with synonyms, dropped facts, misspellings and noise, and which of the ten fields a caption states."""
import random
from dataclasses import replace

from nano import phrases
from nano.plans import draw_plan
from nano.styles import FIELDS, FIRST_TEMPO, INDEX, INSTRUMENTS, KEYS, LAST_TEMPO, MODES, NAMES, ROLES

EMPTY, MISSPELLED, NOISY = .05, .1, .12     # shares of captions
STRANGE_TEMPO = .08                         # of examples, with any tempo whatever the style
DROPS = (.3, .3, .3, .6)                    # how likely a caption leaves out each thing it might say
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def caption(piece, rng):
    """Text of a piece and which of its plan's fields the text states ([10] bool): so that a value follows from the text alone, not only that it is likelier."""
    return describe(piece.plan, rng)


def describe(plan, rng):
    said = set()
    if rng.random() < EMPTY:
        return "", [False] * len(FIELDS)
    drop = rng.choice(DROPS)
    adjectives, clauses = [], []

    def say(where, text, *fields):
        where.append(text)
        said.update(fields)

    noun = rng.choice(phrases.NOUNS)
    if rng.random() >= drop * .7:
        noun = style_word(plan, rng) + (" " + rng.choice(phrases.NOUNS) if rng.random() < .2 else "")
        said.add("style")
    if rng.random() >= drop + .1:
        say(adjectives, *mood(plan, rng))
    if rng.random() >= drop + .35:
        say(adjectives, rng.choice(plan.table.moods))
    if rng.random() >= drop:
        text, fields = tempo(plan, rng)
        say(adjectives if not fields and rng.random() < .6 else clauses, text, *fields)
    if rng.random() >= drop:
        text, fields = key(plan, rng)
        say(clauses, text, *fields)
    if rng.random() >= drop * .7:
        text, fields = band(plan, rng)
        say(clauses, text, *fields)
    if rng.random() < .1 and plan.table.metre in phrases.METRE:
        say(clauses, rng.choice(phrases.METRE[plan.table.metre]), "style")
    if rng.random() < .08:
        for role in rng.sample(ROLES, 2):
            if getattr(plan, role) == 0 and (role == "kit" or rng.random() < .3):
                say(clauses, rng.choice(phrases.WITHOUT[role]), role)
                break
    text = assemble([a for a in adjectives if a], noun, [c for c in clauses if c], rng)
    if rng.random() < MISSPELLED:
        text = misspell(text, rng)
    return text, [name in said for name in FIELDS]


def assemble(adjectives, noun, clauses, rng):
    rng.shuffle(adjectives)
    rng.shuffle(clauses)
    if rng.random() < NOISY:
        clauses.insert(rng.randint(0, len(clauses)), rng.choice(phrases.NOISE))
    if rng.random() < .02:
        clauses.insert(rng.randint(0, len(clauses)), "".join(rng.choice(LETTERS) for _ in range(rng.randint(3, 9))))
    style = rng.random()
    if style < .3:      # a list
        things = [*adjectives, noun, *clauses]
        rng.shuffle(things)
        text = rng.choice((", ", ", ", ", ", "; ", " ", " - ", " / ")).join(things)
    else:
        head = (rng.choice((" ", ", ", " and ")) if len(adjectives) == 2 else " ").join(adjectives) + (" " if adjectives else "") + noun
        text = head + "".join(rng.choice((" ", " ", ", ")) + clause for clause in clauses)
        if clauses and style > .9:
            text = clauses[0] + rng.choice((", ", ": ", " ")) + head + "".join(rng.choice((" ", ", ")) + clause for clause in clauses[1:])
        text = rng.choice(phrases.OPENINGS) + text
    form = rng.random()
    return text.upper() if form < .02 else text[:1].upper() + text[1:] if form < .3 else text.lower() if form < .6 else text + "." if form < .7 else text


def style_word(plan, rng):
    """One of the style's names; those with a piano in them only where one plays."""
    fits = [w for w in plan.table.words if "piano" not in w or plan.melody == INDEX["piano"]]
    return rng.choices(fits, [4, 2, 2, 2, 2, 2][:len(fits)])[0]


def mood(plan, rng):
    """(word, *fields that it states) that agrees with mode, energy and tempo."""
    fits = [m for m in phrases.MOODS if plan.mode in m[1] and plan.energy in m[2] and m[3] <= plan.bpm <= m[4]]
    if not fits:
        return ("",)
    words, *_, fields = rng.choice(fits)
    return rng.choice(words), *fields


def tempo(plan, rng):
    if rng.random() < .55:
        return rng.choice(phrases.BPM).format(bpm=plan.bpm), ("tempo",)
    fits = [words for words, low, high in phrases.TEMPO if low <= plan.bpm <= high]
    low, high = plan.table.bpm
    if not fits and plan.bpm < .8 * low + .2 * high:
        fits = [phrases.SLOW]
    elif not fits and plan.bpm > .2 * low + .8 * high:
        fits = [phrases.FAST]
    return (rng.choice(rng.choice(fits)), ()) if fits else (rng.choice(phrases.BPM).format(bpm=plan.bpm), ("tempo",))


def key_name(plan, rng):
    words = phrases.KEY_WORDS[plan.key]
    return rng.choices(words, [3, 3, 1, 1][:len(words)])[0]


def key(plan, rng):
    luck, name, mode = rng.random(), key_name(plan, rng), rng.choice(phrases.MODE_WORDS[plan.mode])
    if luck < .15:
        return rng.choice(phrases.MODE_ONLY[plan.mode]), ("mode",)
    if luck < .25:
        return rng.choice(phrases.KEY_ONLY).format(key=name), ("key",)
    if luck < .3 and len(name) <= 2 and plan.mode == 1:
        return rng.choice(("in ", "")) + name + "m", ("key", "mode")
    return rng.choice(phrases.KEY_AND_MODE).format(key=name, mode=mode), ("key", "mode")


def instrument_word(name, rng):
    """A word for an instrument, and whether it means this one only."""
    vague = [word for word, names in phrases.VAGUE.items() if name in names]
    if vague and rng.random() < .12:
        return rng.choice(vague), False
    word = rng.choice([w for w in INSTRUMENTS[INDEX[name]].words if w not in phrases.VAGUE] or INSTRUMENTS[INDEX[name]].words)
    return word, True


def band(plan, rng):
    """Some of the instruments as a clause, and the fields that it states: all roles that a named instrument plays."""
    plays = {role: INSTRUMENTS[getattr(plan, role)].name for role in ROLES if getattr(plan, role)}
    names = list(dict.fromkeys(plays.values()))
    if len(names) == 1 and rng.random() < .7:
        word, exact = instrument_word(names[0], rng)
        return rng.choice(phrases.SOLO).format(name=word), tuple(plays) + ("kit",) if exact else ("kit",)
    chosen = rng.sample(names, min(len(names), rng.choice((1, 1, 2, 2, 3, 4))))
    words, fields = [], []
    for name in chosen:
        roles = [role for role in plays if plays[role] == name]
        word, exact = instrument_word(name, rng)
        role = rng.choice(roles)
        phrase = rng.choice(phrases.ROLE_PHRASES[role])
        if "bass" in phrase and ("bass" in word or word == "tuba"):
            phrase = "{name}"
        words.append(phrase.format(name=word))
        if exact:
            fields += roles if phrase == "{name}" else [role]
    listed = words[0] if len(words) == 1 else rng.choice((", ", ", ", " and ")).join(words[:-1]) + rng.choice((" and ", " and ", ", ", " & ")) + words[-1]
    return rng.choice(phrases.WITH).format(list=listed), tuple(fields)


def misspell(text, rng):
    """One or two words get a slip: letters swapped, left out, doubled or replaced."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 2)):
        i = rng.randrange(len(words))
        word = words[i]
        if len(word) > 3 and word.isalpha():
            at = rng.randrange(1, len(word) - 1)
            words[i] = rng.choice((word[:at] + word[at + 1] + word[at] + word[at + 2:], word[:at] + word[at + 1:], word[:at] + word[at] + word[at:],
                                   word[:at] + rng.choice(LETTERS) + word[at + 1:]))
    return " ".join(words)


def examples(seed, count):
    """`count` examples (text, plan ints, said) with seeds seed, seed + 1, …; no piece is composed."""
    found = []
    for i in range(seed, seed + count):
        rng = random.Random(f"text:{i}")
        plan = draw_plan(rng)
        if rng.random() < STRANGE_TEMPO:
            plan = replace(plan, tempo=rng.randint(0, LAST_TEMPO - FIRST_TEMPO))
        text, said = describe(plan, rng)
        found.append((text, plan.ints(), said))
    return found


def random_captions(seed, count):
    return (text for text, _, _ in examples(seed, count))


def eval_prompts(count, seed):
    """Prompts for evaluation in phrasings that training never uses, with what they state: prompt, bpm, key, mode, style, instruments (names; null or [] where
    not stated), and `fixed`: the same as fields of the plan, for Composer."""
    prompts = []
    for i in range(count):
        rng = random.Random(f"eval:{seed}:{i}")
        plan = draw_plan(rng, NAMES[i % len(NAMES)])
        played = [role for role in ROLES if getattr(plan, role)]
        roles = sorted(rng.sample(played, min(len(played), rng.choice((1, 2, 2)))), key=ROLES.index)
        mood_word, *mood_fields = mood(plan, rng)
        form = rng.choice(phrases.EVAL) if mood_word else rng.choice([f for f in phrases.EVAL if "{mood}" not in f])
        names = [INSTRUMENTS[getattr(plan, role)].name for role in roles]
        listed = " and ".join(dict.fromkeys(INSTRUMENTS[INDEX[name]].words[0] if name != "rock kit" else "rock drums" for name in names))
        prompt = form.format(style=style_word(plan, rng), key=key_name(plan, rng), mode=tuple(MODES)[plan.mode], bpm=plan.bpm, list=listed, mood=mood_word)
        stated = ["style", "mode", "key", "tempo", *roles, *(f for f in mood_fields if "{mood}" in form)]
        prompts.append({"prompt": prompt, "bpm": plan.bpm, "key": KEYS[plan.key], "mode": tuple(MODES)[plan.mode], "style": NAMES[plan.style],
                        "instruments": list(dict.fromkeys(names)), "fixed": {name: getattr(plan, name) for name in FIELDS if name in stated}})
    return prompts
