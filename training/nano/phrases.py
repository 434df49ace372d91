"""Words and phrasings of captions. A template's braces are filled with what the caption says; see captions.py."""

KEY_WORDS = (("C",), ("C#", "Db", "C sharp", "D flat"), ("D",), ("Eb", "D#", "E flat", "D sharp"), ("E",), ("F",), ("F#", "Gb", "F sharp", "G flat"), ("G",),
             ("Ab", "G#", "A flat", "G sharp"), ("A",), ("Bb", "A#", "B flat", "A sharp"), ("B",))
MODE_WORDS = (("major", "major", "maj"), ("minor", "minor", "min"), ("dorian", "dorian", "dorian mode"))
KEY_AND_MODE = ("in {key} {mode}", "in {key} {mode}", "{key} {mode}", "key of {key} {mode}", "in the key of {key} {mode}", "key: {key} {mode}")
KEY_ONLY = ("in {key}", "in the key of {key}", "key of {key}", "key: {key}")
MODE_ONLY = (("in a major key", "major key", "major mode", "in major"), ("in a minor key", "minor key", "minor mode", "in minor"), ("dorian mode",
    "in the dorian mode", "dorian"))
BPM = ("{bpm} bpm", "{bpm} bpm", "at {bpm} bpm", "{bpm}bpm", "{bpm} BPM", "tempo {bpm}", "tempo: {bpm}", "{bpm} beats per minute", "bpm {bpm}",
    "at a tempo of {bpm}")

# (words, lowest and highest bpm); what is near the end of a style's own range may be called slow or fast, too
METRE = {"3/4": ("in 3/4", "in three-four time", "3/4 time", "triple time"), "6/8": ("in 6/8", "6/8 time", "in six-eight time")}
TEMPO = ((("very slow", "super slow", "largo", "glacial"), 0, 72), (("slow", "slow", "slow-paced", "unhurried", "adagio"), 0, 88), (("downtempo",), 60, 100),
         (("moderate", "medium tempo", "mid-tempo", "steady", "andante", "walking pace"), 84, 116), (("fast", "fast", "quick", "fast-paced", "allegro",
         "speedy"), 124, 999),
         (("very fast", "super fast", "presto", "racing", "breakneck"), 150, 999))
SLOW, FAST = TEMPO[1][0], TEMPO[4][0]
# (words, modes, energies, lowest and highest bpm, fields that the words state)
MAJOR, MINOR, ANY = (0,), (1,), (0, 1, 2)
MOODS = (
    (("happy", "happy", "joyful", "cheerful", "merry"), MAJOR, (1, 2), 96, 999, ("mode",)),
    (("bright", "optimistic", "positive", "carefree"), MAJOR, (1, 2), 0, 999, ("mode",)),
    (("peaceful", "serene", "gentle"), MAJOR, (0,), 0, 100, ("mode", "energy")),
    (("sad", "sad", "sorrowful", "mournful", "tearful"), MINOR, (0, 1), 0, 110, ("mode",)),
    (("melancholic", "melancholy", "wistful", "gloomy"), MINOR, (0, 1), 0, 999, ("mode",)),
    (("dark", "ominous", "sinister", "tense", "brooding"), MINOR, ANY, 0, 999, ("mode",)),
    (("angry", "furious"), MINOR, (2,), 100, 999, ("mode", "energy")),
    (("upbeat", "upbeat", "lively", "uplifting"), (0, 2), (1, 2), 108, 999, ()),
    (("calm", "calm", "relaxing", "relaxed", "quiet", "soft", "soothing"), ANY, (0,), 0, 999, ("energy",)),
    (("moderately energetic", "medium energy", "balanced"), ANY, (1,), 0, 999, ("energy",)),
    (("energetic", "energetic", "powerful", "intense", "high-energy", "exciting", "wild"), ANY, (2,), 0, 999, ("energy",)),
    (("sleepy", "slow and calm", "tranquil"), ANY, (0,), 0, 88, ("energy",)),
    (("danceable", "bouncy"), ANY, (1, 2), 100, 140, ()),
    (("frantic", "hectic"), ANY, (2,), 136, 999, ("energy",)),
    (("mysterious", "modal", "medieval"), (2,), ANY, 0, 999, ()),
)

# Words that fit several instruments, which they do not tell apart
VAGUE = {
    "drums": ("rock kit", "jazz kit", "brushes", "electronic kit", "808 kit"), "percussion": ("hand percussion", "orchestral percussion"),
    "guitar": ("nylon guitar", "acoustic guitar", "jazz guitar", "clean guitar", "overdriven guitar"), "bass": ("upright bass", "electric bass",
    "picked bass", "slap bass", "synth bass"),
    "electric guitar": ("clean guitar", "overdriven guitar", "distorted guitar", "jazz guitar"), "synth": ("polysynth", "saw lead", "square lead", "pad"),
    "synth pad": ("pad", "warm pad", "sweep pad"), "keys": ("piano", "electric piano", "organ", "honky-tonk piano"), "saxophone": (),
    "bells": ("tubular bells", "celesta", "music box"), "woodwind": ("flute", "clarinet", "oboe"), "mallets": ("marimba", "vibraphone"),
}
ROLE_PHRASES = {
    "bass": ("{name}", "{name}", "{name} bass line", "{name} playing the bass"), "chords": ("{name}", "{name}", "{name} chords", "{name} accompaniment",
    "chords on {name}"),
    "arp": ("{name}", "{name} arpeggios", "arpeggiated {name}", "arpeggios on {name}", "{name} arp"), "melody": ("{name}", "{name}", "{name} melody",
    "{name} lead", "melody on {name}"),
    "kit": ("{name}", "{name}", "{name}"),
}
BASS_NEEDS_NO_ROLE = ("bass", "tuba")
WITHOUT = {"kit": ("no drums", "without drums", "drumless", "no percussion"), "bass": ("no bass", "without bass"), "melody": ("no melody", "no lead",
    "without a melody"),
           "chords": ("no chords",), "arp": ("no arpeggios",)}
SOLO = ("solo {name}", "{name} solo", "{name} alone", "only {name}", "just {name}", "unaccompanied {name}")
WITH = ("with {list}", "with {list}", "featuring {list}", "{list}", "played by {list}", "on {list}", "feat. {list}", "instruments: {list}", "and {list}")
NOUNS = ("music", "piece", "track", "tune", "song", "groove", "loop", "composition", "soundtrack")
OPENINGS = ("", "", "", "", "", "", "a ", "a ", "an ", "some ", "make ", "play me ", "I want ", "please make a ", "give me ", "create a ", "compose ",
    "generate ", "I need ", "write a ")
NOISE = ("for a rainy day", "for my video", "instrumental", "high quality", "no vocals", "like in the old days", "for studying", "as a birthday present",
    "recorded live", "in stereo",
         "with a story", "for the kitchen", "masterpiece", "award-winning", "by the sea", "for my cat", "like a river", "under neon lights",
         "for a long walk", "with feeling",
         "inspired by autumn", "from the mountains", "quality audio", "about trains", "original", "background music", "for a podcast", "on a tuesday",
         "please", "thanks",
         "with vinyl crackle", "as heard on the radio", "unique", "for two lovers", "with some reverb", "for a wedding", "in space", "at midnight")
EVAL = (    # phrasings of the evaluation, none of which training uses
    "Could you do {style} around the notes of {key} {mode}, {bpm} bpm, where {list} can be heard?", "{list}: {style}, {key} {mode}, pulse of {bpm} bpm",
    "My next clip should be {style} ({key} {mode}, {bpm} bpm) built on {list}.", "{bpm} bpm / {key} {mode} / {style} / {list}",
    "We hear {list} in this {mood} {style} from the key {key} {mode}; {bpm} bpm.",
    "{style}; tonality {key} {mode}; speed {bpm} bpm; band: {list}", "{mood} evening, {style} at about {bpm} bpm, {key} {mode}, {list} up front",
    "Think {style}, {list}, {key} {mode} and exactly {bpm} bpm",
    "{key} {mode} {style} carried by {list} ({bpm} bpm)", "Something {mood}: {style} using {list}, {bpm} bpm, {key} {mode}",
)
