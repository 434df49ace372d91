"""Rhythms and progressions of the composer. A grid has one character a sixteenth: 16 in 4/4, 12 in 3/4 and 6/8.

In grids of drums and chords, X always sounds, x needs medium energy, o high energy; / ends what sounds, . lets it go on.
"""

# One scale degree (0 = tonic) per bar. A loops open on the tonic, so that the key is heard; B loops move away.
LOOPS = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (0, 5, 1, 4), (0, 3, 0, 4), (0, 2, 3, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 4), (0, 5, 3, 4), (0, 3, 6, 4), (0, 2, 5, 4)),
    "dorian": ((0, 3, 0, 3), (0, 6, 3, 0), (0, 2, 3, 0), (0, 1, 3, 0), (0, 3, 6, 0)),
}
BRIDGES = {
    "major": ((3, 4, 0, 5), (5, 3, 0, 4), (1, 4, 0, 0), (3, 0, 3, 4)),
    "minor": ((3, 6, 2, 5), (5, 6, 0, 0), (3, 0, 4, 0), (5, 2, 6, 4)),
    "dorian": ((3, 3, 0, 0), (6, 3, 0, 0), (2, 3, 0, 6), (3, 6, 0, 3)),
}
CADENCES = {"major": (4, 4, 3), "minor": (4, 4, 3), "dorian": (6, 3, 3)}   # the bar before the last
PASSING = {"major": (3, 4, 5, 1), "minor": (3, 4, 5, 6), "dorian": (3, 6, 2)}  # second chord of a divided bar

# r root, o its octave, f fifth, t third, a a step from the next chord's root
BASS = {
    "one": "r...............", "halves": "r.......r.......", "quarters": "r...r...f...r...", "lazy": "r.....r...f...a.",
    "syncopated": "r..r..r...f.r...", "offbeat": "/.r./.r./.r./.r.", "sixteenths": "/.rr/.rr/.rr/.ro", "eighths": "r.r.r.r.r.r.r.f.",
    "driving": "r.r.r.r.r.r.f.a.", "octaves": "r.o.r.o.r.o.r.o.", "gallop": "r.rrr.rrr.rrr.rr", "rootfifth": "r.....f.f.....r.",
    "tumbao": "r.....f.....a...", "walking": "r...t...f...a...", "twofeel": "r.......f.......", "oom": "r.../...f.../...",
    "oom3": "r...f...f...", "jig": "r.....f.....", "funk": "r../..o...r.r.o.", "reggae": "r..r../.f..r..f.",
}
CHORDS = {
    "hold": "X...............", "twice": "X.......X.......", "quarters": "X...X...X...X...", "charleston": "X.../.X.../.....",
    "comping": "X./...X./.x./.X/", "stabs": "X./X./X./.x./.x/", "offbeats": "/.X./.X./.X./.X.", "eighths": "X.X.X.X.X.X.X.X.",
    "rock": "X..x..X.X.x.X.x.", "gallop": "X.XXX.XXX.XXX.XX", "chug": "X...../.X.X...x.", "bossa": "X.....X.X..X..X.", "bossa2": "X.....X..X....X.",
    "scratch": "X./.X/x./.X/X./.", "boomchick": "/...X.x./...X.x.", "strum": "X...X.x...x.X.x.", "skank": "/...X/../...X/..",
    "march": "X...X.xxX...X...", "afterbeat": "/...X./.X./.", "strum6": "X...X.X...X.",
}
ARPS = {
    "sixteenths": "xxxxxxxxxxxxxxxx", "gallop": "x.xxx.xxx.xxx.xx", "eighths": "x.x.x.x.x.x.x.x.", "quarters": "x...x...x...x...",
    "offbeats": "..x...x...x...x.", "sparse": "....x.......x...", "broken": "x.x.x.x.x.x.x.x.", "alberti": "x.x.x.x.x.x.x.x.",
    "roll": "x.xxx.xxx.xxx.xx", "threes": "x...x.x...x.",
}
ORDERS = ((0, 1, 2, 1), (0, 1, 2, 3), (2, 1, 0, 1), (0, 2, 1, 2), (0, 1, 2, 3, 2, 1), (0, 2, 3, 2), (0, 3, 2, 1))
BACKBEAT, EIGHTHS, FLOOR = "....X.......X...", "X.x.X.x.X.x.X.x.", "X...X...X...X..."
DRUM_LETTERS = "KSHOCXTP"   # the classes of styles.DRUM_CLASSES
DRUMS = {
    "boombap": {"K": "X.....x..xX....o", "S": BACKBEAT, "H": EIGHTHS},
    "boombap2": {"K": "X..x......X..x..", "S": BACKBEAT, "H": "X.X.X.X.X.XxX.Xx"},
    "halftime": {"K": "X.........x.....", "S": "........X.......", "H": EIGHTHS},
    "four": {"K": FLOOR, "C": "....x.......x...", "O": "..X...X...X...X.", "H": "x..ox..ox..ox..o"},
    "four2": {"K": FLOOR, "S": BACKBEAT, "H": "x.Xxx.Xxx.Xxx.Xx"},
    "four3": {"K": "X...X...X...X..o", "C": "....X..x....X...", "P": "x.x.x.x.x.x.x.x.", "O": "..X...X...X...X."},
    "sparse": {"K": "X...............", "P": "....X.......X..."},
    "rock": {"K": "X.....x.X.x.....", "S": BACKBEAT, "H": EIGHTHS}, "rock2": {"K": "X..x..x.X...x...", "S": BACKBEAT, "O": EIGHTHS},
    "rock3": {"K": "X.x...X...x.....", "S": BACKBEAT, "H": "X...X...X...X..."},
    "bossa": {"K": "X.....x.X.....x.", "C": "X..x..x...x..x..", "H": "X.x.X.x.X.x.X.x."},
    "bossa2": {"K": "X.....x.X.....x.", "C": "..x..x....x..x..", "P": "X.x.X.x.X.x.X.x."},
    "chip": {"K": "X...x.X.X...x...", "S": "....X.......X..o", "H": EIGHTHS}, "chip2": {"K": FLOOR, "S": "....X..o.o..X...", "H": "..X...X...X...X."},
    "swing": {"O": "X...X.x.X...X.x.", "H": BACKBEAT, "K": "x.......o......."},
    "swing2": {"O": "X...X.x.X...X.x.", "H": BACKBEAT, "K": "X.....o.........", "S": "......x...o....."},
    "brush": {"P": "X...X.x.X...X.x.", "H": BACKBEAT, "K": "X.......x......."},
    "funk": {"K": "X.x...x...X..x..", "S": "....X..o.o..X..o", "H": "X.xoX.xoX.xoX.xo"}, "funk2": {"K": "X..x..X..x.x....", "S": BACKBEAT, "H": EIGHTHS},
    "disco": {"K": FLOOR, "S": BACKBEAT, "O": "..X...X...X...X.", "H": "X...X...X...X..."},
    "onedrop": {"K": "........X.......", "C": "........X.......", "H": EIGHTHS}, "steppers": {"K": FLOOR, "C": "........X.......", "H": EIGHTHS},
    "train": {"K": "X.......X.......", "S": BACKBEAT, "P": "X.xoX.xoX.xoX.xo"}, "country": {"K": "X.....x.X.......", "S": BACKBEAT, "H": EIGHTHS},
    "metal": {"K": "X.xxX.xxX.xxX.xx", "S": BACKBEAT, "O": "X...X...X...X..."},
    "metal2": {"K": "X.xoX.xoX.xoX.xo", "S": "........X.......", "H": "X...X...X...X..."},
    "march": {"K": "X.......X.......", "S": "X.x.X.xxX.x.X.xx"}, "epic": {"K": "X.......X.......", "T": "X...X.x.X...X.x."},
    "waltz": {"K": "X...........", "H": "....X...X..."}, "waltz2": {"K": "X...........", "S": "....X...X.o.", "P": "X...X...X..."},
    "jig": {"K": "X.....X.....", "P": "X.x.x.X.x.x.", "C": "......x....."}, "jig2": {"K": "X.....x.....", "S": "......X.....", "H": "X.x.x.X.x.x."},
}
ANY_DRUMS = {"4/4": ("rock3", "halftime"), "3/4": ("waltz", "waltz2"), "6/8": ("jig", "jig2")}    # for styles that have none of their own
FILLS = {   # (first step, grids): from there the fill replaces the bar's drums
    16: ((8, {"S": "........x.x.x.xx", "K": "........x......."}), (12, {"S": "............xxxx"}), (8, {"S": "........xx......", "T": "..........xxx.xx"}),
         (12, {"T": "............x.xx", "K": "............x..."})),
    12: ((6, {"S": "......x.x.xx"}), (8, {"T": "........x.xx"}), (8, {"S": "........xx..", "T": "..........xx"})),
}

# Melody bars, by metre and feel: lists for calm, medium and energetic
MELODY = {
    "plain": (("x.......x.......", "x...........x...", "x.......x...x...", "x...x...x......."),
              ("x...x...x...x...", "x.....x.x...x...", "x...x.x.x.......", "x.x.x...x.x.x...", "x.......x...x.x."),
              ("x.x.x.x.x.x.x.x.", "x.x.x...x.x.x.x.", "x...x.x.x.x.x...", "x.xxx.x.x...x...")),
    "syncopated": (("x.....x.........", "x...x.....x.....", "/...x.x.x......."),
                   ("x..x..x...x.x...", "/.x.x..x..x.....", "x.x..x..x...x...", "x..x....x..x..x."),
                   ("x..x..x.x.x..xx.", "x.x..x.xx...x.x.", "x..x..x...x.x.x.")),
    "riff": (("x.....x.x.......", "x...x..x........"), ("x.x.x..x..x.x...", "x..x..x.x...x...", "x.x./.x.x.x./..."),
             ("x.xxx.x.x.x.x...", "x..x..x.x..x..x.", "xx.xx.x.x.x.x.x.")),
    "jazz": (("/...x.....x.....", "x.....x........."), ("/.x.x.x.x..x....", "x..x..x.x.x.x...", "x...x.x./.x.x..."),
             ("x.x.x.x.x.x.x.x.", "/.x.x.x.x.x.x..x", "x.x.x..x..x.x.x.")),
    "hymn": (("x.......x.......", "x...x...x......."), ("x...x...x...x...", "x.......x...x..."), ("x...x...x...x...", "x.x.x...x...x...")),
    "long": (("x...............", "x.......x......."), ("x.......x.......", "x...........x..."), ("x...x...x.......", "x.....x.x.......")),
    "3/4": (("x...........", "x.......x..."), ("x...x...x...", "x.....x.x...", "x...x.x.x...", "x.......x.x."), ("x.x.x.x.x.x.", "x.x.x...x.x.", "x...x.x.x.x.")),
    "6/8": (("x.....x.....", "x...x.x....."), ("x...x.x...x.", "x.x.x.x...x.", "x.....x...x."), ("x.x.x.x.x.x.", "x..xx.x.x.x.", "x.x.x.x...x.")),
}
ENDINGS = {16: ("x.......x.......", "x...x...x.......", "x.....x.x......."), 12: ("x.....x.....", "x...x.x.....", "x...........")}
