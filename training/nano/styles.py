"""The tables: instruments, kits and styles. Everything that a plan can name stands here, in the order that gives it its index.

Programs are 0-based General MIDI numbers. `decay` is the time constant in seconds with which the excitation
of a held note dies away. All are sustained: the latents say how notes decay, and the decoder could not know how far a decaying excitation has gone.
"""
from dataclasses import dataclass

MODES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10)}
KEYS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
ENERGIES = ("calm", "medium", "energetic")
FIELDS = ("style", "mode", "key", "tempo", "energy", "bass", "chords", "arp", "melody", "kit")
ROLES = FIELDS[5:]
FIRST_TEMPO, LAST_TEMPO = 60, 180
SUSTAINED = 1000.0
DRUM_CLASSES = ("kick", "snare", "closed hat", "ride", "clap", "crash", "toms", "shaker")


@dataclass(frozen=True)
class Instrument:
    """`roles` holds the first letters of the roles that suit it (b, c, a, m; k for kits); `keys` are a kit's General MIDI keys, one a drum class."""
    name: str
    program: int
    words: tuple
    roles: str
    decay: float = SUSTAINED
    ensemble: bool = False
    keys: tuple = ()


DRUM_KIT = (36, 38, 42, 51, 37, 49, 45, 70)
I = Instrument
INSTRUMENTS = (
    I("none", 0, (), ""),
    I("piano", 0, ("piano", "grand piano", "acoustic piano"), "bcam"),
    I("honky-tonk piano", 3, ("honky-tonk piano", "saloon piano", "old upright piano"), "cam"),
    I("electric piano", 4, ("electric piano", "rhodes", "fender rhodes", "e-piano"), "cam"),
    I("harpsichord", 6, ("harpsichord", "cembalo"), "cam"),
    I("celesta", 8, ("celesta", "celeste"), "am"),
    I("music box", 10, ("music box", "musical box"), "am"),
    I("vibraphone", 11, ("vibraphone", "vibes"), "cam"),
    I("marimba", 12, ("marimba", "wooden mallets"), "cam"),
    I("tubular bells", 14, ("tubular bells", "bells", "chimes"), "am"),
    I("organ", 16, ("organ", "drawbar organ", "hammond organ", "hammond"), "cam"),
    I("church organ", 19, ("church organ", "pipe organ"), "bcam"),
    I("accordion", 21, ("accordion", "squeezebox", "musette"), "cam"),
    I("harmonica", 22, ("harmonica", "mouth organ"), "m"),
    I("nylon guitar", 24, ("nylon guitar", "classical guitar", "spanish guitar", "nylon-string guitar"), "cam"),
    I("acoustic guitar", 25, ("acoustic guitar", "steel-string guitar", "guitar", "folk guitar"), "cam"),
    I("jazz guitar", 26, ("jazz guitar", "hollow-body guitar"), "cam"),
    I("clean guitar", 27, ("clean electric guitar", "clean guitar", "electric rhythm guitar"), "cam"),
    I("overdriven guitar", 29, ("overdriven guitar", "electric guitar", "lead guitar", "crunchy guitar"), "cm"),
    I("distorted guitar", 30, ("distorted guitar", "heavy guitar", "distortion guitar", "metal guitar"), "cm"),
    I("upright bass", 32, ("upright bass", "acoustic bass", "plucked double bass"), "b"),
    I("electric bass", 33, ("electric bass", "bass guitar", "fingered bass"), "b"),
    I("picked bass", 34, ("picked bass", "pick bass", "rock bass"), "b"),
    I("slap bass", 36, ("slap bass", "slapped bass", "funky bass"), "b"),
    I("synth bass", 38, ("synth bass", "synthesizer bass", "bass synth"), "b"),
    I("violin", 40, ("violin", "solo violin", "violins"), "m"),
    I("cello", 42, ("cello", "cellos", "violoncello"), "bm"),
    I("contrabass", 43, ("contrabass", "bowed bass", "double bass"), "b"),
    I("pizzicato strings", 45, ("pizzicato strings", "pizzicato", "plucked strings"), "bcam"),
    I("harp", 46, ("harp", "concert harp"), "cam"),
    I("strings", 48, ("strings", "string section", "string orchestra", "string ensemble"), "cm", ensemble=True),
    I("synth strings", 50, ("synth strings", "synthetic strings", "string machine"), "cm", ensemble=True),
    I("choir", 52, ("choir", "voices", "chorus", "choral voices"), "cm", ensemble=True),
    I("trumpet", 56, ("trumpet", "trumpets"), "m"),
    I("trombone", 57, ("trombone", "trombones"), "m"),
    I("tuba", 58, ("tuba", "bass tuba"), "b"),
    I("french horn", 60, ("french horn", "horn", "horns"), "cm"),
    I("brass", 61, ("brass", "brass section", "brass ensemble"), "cm", ensemble=True),
    I("saxophone", 65, ("alto sax", "saxophone", "sax", "alto saxophone"), "m"),
    I("oboe", 68, ("oboe", "hautbois"), "m"),
    I("clarinet", 71, ("clarinet", "clarinets"), "m"),
    I("flute", 73, ("flute", "flutes", "concert flute"), "m"),
    I("pan flute", 75, ("pan flute", "panpipes", "pan pipes"), "m"),
    I("tin whistle", 78, ("tin whistle", "whistle", "penny whistle"), "m"),
    I("square lead", 80, ("square lead", "square-wave synth", "square wave", "pulse synth"), "am"),
    I("saw lead", 81, ("saw lead", "synth lead", "sawtooth synth", "lead synth"), "cam"),
    I("pad", 88, ("pad", "new age pad", "synth pad"), "c", ensemble=True),
    I("warm pad", 89, ("warm pad", "warm synth pad", "soft pad"), "c", ensemble=True),
    I("polysynth", 90, ("polysynth", "synth", "synthesizer", "synth chords"), "ca", ensemble=True),
    I("sweep pad", 95, ("sweep pad", "sweeping pad", "evolving pad"), "c", ensemble=True),
    I("sitar", 104, ("sitar",), "am"),
    I("banjo", 105, ("banjo", "five-string banjo"), "cam"),
    I("kalimba", 108, ("kalimba", "thumb piano", "mbira"), "am"),
    I("fiddle", 110, ("fiddle", "folk fiddle"), "m"),
    I("steel drums", 114, ("steel drums", "steelpan", "steel pan"), "am"),
    I("rock kit", 0, ("drums", "rock drums", "drum kit", "acoustic drums"), "k", keys=DRUM_KIT),
    I("jazz kit", 32, ("jazz drums", "jazz kit", "swing drums"), "k", keys=DRUM_KIT),
    I("brushes", 40, ("brushes", "brushed drums", "soft drums"), "k", keys=DRUM_KIT),
    I("electronic kit", 24, ("electronic drums", "drum machine", "electronic beat"), "k", keys=(36, 38, 42, 46, 39, 49, 45, 70)),
    I("808 kit", 25, ("808 drums", "808 kit", "808 beat"), "k", keys=(36, 38, 42, 46, 39, 49, 45, 70)),
    I("orchestral percussion", 48, ("orchestral percussion", "concert percussion", "orchestral drums"), "k", keys=(36, 38, 42, 51, 37, 57, 45, 54)),
    I("hand percussion", 0, ("hand percussion", "congas", "bongos", "percussion"), "k", keys=(64, 62, 70, 51, 76, 49, 61, 63)),
)
INDEX = {instrument.name: i for i, instrument in enumerate(INSTRUMENTS)}


@dataclass(frozen=True)
class Style:
    """`parts` gives each role (how often it plays, instruments it likes); pattern names are those of patterns.py, the first of a list the commonest."""
    words: tuple            # names that a user might type
    moods: tuple
    bpm: tuple              # lowest and highest felt beats per minute
    parts: dict
    bass: tuple
    chords: tuple
    arp: tuple
    drums: tuple = ()
    melody: str = "plain"
    metre: str = "4/4"
    swing: float = .5       # where the off-beat eighth falls inside its beat
    modes: tuple = (4, 4, 2)        # weights of major, minor, dorian
    energy: tuple = (3, 5, 3)       # weights of calm, medium, energetic
    sevenths: bool = False
    raised: bool = True     # sharpen the third of a minor key's dominant
    halves: float = .15     # how often a bar has two chords
    power: bool = False     # bare fifths

    @property
    def steps(self):
        """Sixteenths of a bar."""
        return 16 if self.metre == "4/4" else 12

    @property
    def beats(self):
        """Felt beats of a bar."""
        return {"4/4": 4, "3/4": 3, "6/8": 2}[self.metre]


def parts(bass=(0, ()), chords=(0, ()), arp=(0, ()), melody=(0, ()), kit=(0, ())):
    return {"bass": bass, "chords": chords, "arp": arp, "melody": melody, "kit": kit}


STYLES = {
    "lofi": Style(("lo-fi hip hop", "lofi", "chillhop", "lo-fi beat", "hip hop"), ("mellow", "laid-back", "chill", "hazy"), (66, 96),
                  parts((.95, ("electric bass", "upright bass")), (.95, ("electric piano", "jazz guitar", "piano")), (.3,
                  ("kalimba", "vibraphone", "nylon guitar")),
                        (.8, ("vibraphone", "nylon guitar", "flute", "piano", "saxophone")), (.95, ("rock kit", "808 kit", "jazz kit"))),
                  ("lazy", "one", "syncopated"), ("hold", "twice", "charleston"), ("eighths", "quarters"), ("boombap", "boombap2", "halftime"),
                  "syncopated", swing=.58, modes=(3, 4, 3), energy=(5, 5, 1), sevenths=True),
    "waltz": Style(("waltz", "ballroom waltz", "viennese waltz", "musette waltz"), ("elegant", "graceful", "nostalgic", "charming"), (84, 176),
                   parts((.95, ("contrabass", "tuba", "pizzicato strings")), (.95, ("accordion", "strings", "piano")), (.25,
                   ("harp", "music box", "celesta")),
                         (.95, ("violin", "clarinet", "accordion", "flute", "piano")), (.35, ("brushes", "orchestral percussion"))),
                   ("one", "oom3"), ("afterbeat", "hold"), ("eighths", "quarters"), ("waltz", "waltz2"), metre="3/4", modes=(5, 4, 1)),
    "folk": Style(("irish jig", "folk dance", "celtic folk", "jig", "folk"), ("rustic", "traditional", "festive", "earthy"), (84, 132),
                  parts((.8, ("upright bass", "contrabass")), (.95, ("acoustic guitar", "accordion", "banjo")), (.3, ("harp", "banjo", "nylon guitar")),
                        (.98, ("fiddle", "flute", "tin whistle", "accordion")), (.4, ("hand percussion", "brushes"))),
                  ("jig", "one"), ("strum6", "hold"), ("eighths", "threes"), ("jig", "jig2"), metre="6/8", modes=(5, 3, 3), energy=(2, 5, 4), raised=False),
    "chorale": Style(("chorale", "hymn", "church music", "choral music", "sacred music"), ("solemn", "noble", "reverent", "devout"), (60, 92),
                     parts((.95, ("church organ", "cello", "contrabass")), (.98, ("choir", "church organ", "strings", "brass")), (.1,
                     ("harp", "tubular bells")),
                           (.95, ("choir", "church organ", "trumpet", "oboe", "french horn")), (0, ())),
                     ("halves", "quarters", "one"), ("quarters", "twice"), ("quarters", "eighths"), (), "hymn", modes=(5, 4, 1), energy=(6, 4, 1),
                     halves=.8),
    "techno": Style(("techno", "dance music", "house", "edm", "trance", "club music"), ("driving", "hypnotic", "pulsing", "futuristic"), (116, 150),
                    parts((.95, ("synth bass",)), (.8, ("polysynth", "synth strings", "warm pad", "saw lead")), (.8,
                    ("saw lead", "square lead", "polysynth")),
                          (.5, ("saw lead", "square lead", "flute")), (.98, ("electronic kit", "808 kit"))),
                    ("offbeat", "sixteenths", "eighths"), ("stabs", "hold", "offbeats"), ("sixteenths", "gallop", "eighths"), ("four", "four2", "four3"),
                    "riff", modes=(2, 6, 2), energy=(1, 4, 7), raised=False),
    "ambient": Style(("ambient", "drone", "meditation music", "new age", "space music"), ("ethereal", "spacious", "floating", "dreamy"), (60, 84),
                     parts((.5, ("synth bass", "cello")), (.98, ("pad", "warm pad", "sweep pad", "synth strings", "choir")), (.9,
                     ("tubular bells", "celesta", "harp", "kalimba", "vibraphone")),
                           (.45, ("flute", "pan flute", "choir", "piano", "vibraphone")), (.08, ("808 kit",))),
                     ("one",), ("hold",), ("quarters", "sparse", "eighths"), ("sparse",), "long", modes=(4, 3, 3), energy=(8, 3, 1),
                     sevenths=True, halves=0),
    "rock": Style(("rock", "hard rock", "rock and roll", "indie rock", "pop rock"), ("gritty", "bold", "anthemic", "raw"), (96, 164),
                  parts((.98, ("picked bass", "electric bass")), (.95, ("overdriven guitar", "clean guitar", "distorted guitar", "organ")), (.25,
                  ("clean guitar", "piano")),
                        (.75, ("overdriven guitar", "organ", "harmonica", "piano")), (.98, ("rock kit",))),
                  ("eighths", "driving", "syncopated"), ("eighths", "rock", "hold"), ("eighths", "gallop"), ("rock", "rock2", "rock3"), "syncopated",
                  energy=(1, 4, 6), raised=False, power=True),
    "bossa": Style(("bossa nova", "latin jazz", "bossa", "samba", "latin"), ("sunny", "warm", "breezy", "tropical"), (104, 152),
                   parts((.95, ("upright bass", "electric bass")), (.98, ("nylon guitar", "electric piano")), (.2, ("marimba", "vibraphone")),
                         (.85, ("flute", "saxophone", "vibraphone", "nylon guitar", "piano")), (.9, ("hand percussion", "brushes"))),
                   ("rootfifth", "tumbao"), ("bossa", "bossa2"), ("eighths", "offbeats"), ("bossa", "bossa2"), "syncopated", energy=(4, 5, 2),
                   sevenths=True),
    "chiptune": Style(("chiptune", "8-bit game music", "video game music", "8-bit", "arcade music"), ("retro", "quirky", "pixelated", "playful"), (108, 180),
                      parts((.95, ("synth bass",)), (.25, ("polysynth", "square lead")), (.9, ("square lead", "saw lead")), (.95,
                      ("square lead", "saw lead")),
                            (.9, ("electronic kit", "808 kit"))),
                      ("eighths", "octaves", "driving"), ("stabs", "hold"), ("sixteenths", "gallop", "eighths"), ("chip", "chip2", "rock"),
                      "riff", energy=(1, 4, 6)),
    "cinematic": Style(("cinematic music", "orchestral", "film score", "orchestral music", "symphonic music"),
              ("epic", "emotional", "dramatic", "majestic"), (60, 116),
                       parts((.95, ("contrabass", "cello", "tuba")), (.98, ("strings", "brass", "choir")), (.55, ("harp", "pizzicato strings", "celesta")),
                             (.9, ("violin", "french horn", "oboe", "trumpet", "cello", "strings")), (.4, ("orchestral percussion",))),
                       ("one", "halves", "eighths"), ("hold", "twice", "march"), ("eighths", "sixteenths", "quarters"), ("march", "epic"),
                       "plain", modes=(3, 6, 1)),
    "ballad": Style(("ballad", "piano ballad", "nocturne", "romantic piece", "lyrical piece"), ("tender", "romantic", "intimate", "delicate"), (60, 112),
                    parts((.9, ("piano",)), (.0, ()), (.95, ("piano",)), (.9, ("piano",)), (0, ())),
                    ("one", "halves"), ("hold", "twice"), ("broken", "eighths", "alberti"), (), "plain", modes=(4, 5, 1), energy=(6, 5, 1)),
    "jazz": Style(("swing jazz", "jazz", "jazz trio", "bebop", "cool jazz"), ("smoky", "cool", "swinging", "sophisticated"), (84, 180),
                  parts((.98, ("upright bass",)), (.9, ("piano", "jazz guitar", "organ")), (.05, ("vibraphone",)),
                        (.9, ("saxophone", "trumpet", "vibraphone", "piano", "clarinet", "trombone")), (.85, ("brushes", "jazz kit"))),
                  ("walking", "twofeel"), ("charleston", "comping", "twice"), ("eighths",), ("swing", "swing2", "brush"),
                  "jazz", swing=.66, modes=(4, 3, 3),
                  sevenths=True, halves=.3),
    "funk": Style(("funk", "disco", "soul", "groove music"), ("groovy", "funky", "tight", "sassy"), (92, 128),
                  parts((.98, ("slap bass", "electric bass")), (.95, ("clean guitar", "electric piano", "organ")), (.2, ("polysynth", "clean guitar")),
                        (.75, ("brass", "saxophone", "organ", "trumpet")), (.98, ("rock kit", "electronic kit"))),
                  ("funk", "octaves", "syncopated"), ("scratch", "stabs", "offbeats"), ("sixteenths", "gallop"), ("funk", "funk2", "disco"),
                  "riff", modes=(2, 3, 6),
                  energy=(1, 5, 5), sevenths=True, raised=False),
    "reggae": Style(("reggae", "dub", "ska", "caribbean music"), ("easygoing", "sunlit", "laid-back", "island"), (66, 104),
                    parts((.98, ("electric bass", "synth bass")), (.98, ("clean guitar", "organ", "piano")), (.25, ("steel drums", "marimba")),
                          (.8, ("steel drums", "trombone", "organ", "saxophone", "harmonica")), (.95, ("rock kit", "hand percussion"))),
                    ("reggae", "syncopated"), ("offbeats", "skank"), ("offbeats", "eighths"), ("onedrop", "steppers"),
                    "syncopated", swing=.54, modes=(5, 3, 2), raised=False),
    "country": Style(("country", "bluegrass", "americana", "western"), ("homely", "rolling", "down-to-earth", "wide-open"), (80, 140),
                     parts((.95, ("upright bass", "electric bass")), (.95, ("acoustic guitar", "honky-tonk piano", "clean guitar")), (.5,
                     ("banjo", "acoustic guitar")),
                           (.9, ("fiddle", "harmonica", "acoustic guitar", "clean guitar")), (.7, ("rock kit", "brushes"))),
                     ("oom", "rootfifth"), ("boomchick", "strum", "hold"), ("roll", "eighths"), ("train", "country"), "plain", modes=(7, 2, 1),
                     energy=(3, 5, 3)),
    "metal": Style(("heavy metal", "metal", "thrash metal", "doom metal"), ("aggressive", "crushing", "fierce", "brutal"), (92, 180),
                   parts((.98, ("picked bass",)), (.98, ("distorted guitar",)), (.05, ("distorted guitar",)), (.6,
                   ("distorted guitar", "overdriven guitar", "choir", "synth strings")),
                         (.98, ("rock kit",))),
                   ("gallop", "driving", "eighths"), ("gallop", "chug", "hold"), ("gallop",), ("metal", "metal2", "rock"), "riff", modes=(1, 7, 2),
                   energy=(1, 3, 8),
                   raised=False, power=True),
}
NAMES = tuple(STYLES)
