package io.vivace.model.nano;

import io.vivace.Drawing;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers and tables of vivace-nano. Nothing of its music stands in the code: styles, instruments and what tokens mean come with the model. A file may
 * hold some of the networks only; the others are null.
 *
 * @param fields      values of each field of a {@link Sheet}
 * @param codes       tokens of the two streams: harmony with bass, and melody with drums
 * @param keys        names, from C on
 * @param modes       names of the scales
 * @param energies    names, from calm on
 * @param styles      that the field names
 * @param instruments one list for all roles, the first of which means none; drum kits are among them
 * @param qualities   of chords
 * @param harmony     tokens of the first stream as pairs of a chord event and a bass event
 * @param drumSets    drums that are hit at once, bits by class
 * @param examples    prompts to try
 */
public record NanoConfig(List<Integer> fields, List<Integer> codes, List<String> keys, List<String> modes, List<String> energies, List<Style> styles,
        List<Instrument> instruments, List<Quality> qualities, List<Harmony> harmony, List<Integer> drumSets, List<String> examples, Text text, Lm lm,
        Diffusion diffusion, Decoder decoder) {
    /** Steps of a bar: sixteenths; triple metres use the first twelve. */
    public static final int STEPS = 16;
    /** Bass, chords, arpeggio, melody, which have pitches, and the drum kit. */
    public static final int ROLES = 5, PITCHED = 4;
    /** The lowest MIDI pitch, and the pitches from it on, that the networks tell apart; classes of drums. */
    public static final int LOWEST = 28, PITCHES = 72, DRUMS = 8;
    /** Numbers that a frame of a score has: level and recency of each role's pitches, each drum's fast and slow decay, phases of bar and beat. */
    public static final int FEATURES = 2 * PITCHED * PITCHES + 2 * DRUMS + 4;
    public static final int BANDS = 20, LATENT = 64;
    /** Taps of the denoiser's convolution over the score. */
    public static final int SCORE_KERNEL = 15;
    /** Samples a second, from frame to frame, and of a frame's transform. */
    public static final int SAMPLE_RATE = 24_000, HOP = 192, WINDOW = 768, BINS = WINDOW / 2 + 1;
    /** Gains of a frame: harmonics and bands of noise of the pitched roles, then the kit's excitation and its noise. */
    public static final int GAINS = PITCHED * BINS + PITCHED * BANDS + 2 * BINS;
    /** Beats a minute of the tempo field's 0. */
    public static final int FIRST_TEMPO = 60;
    private static final int MOST = 1 << 16;

    /**
     * A style.
     *
     * @param swing where the second eighth of a beat lies, as a part of the beat: 0.5 is straight
     * @param slowest in beats a minute, as {@code fastest}
     */
    public record Style(String name, Metre metre, double swing, int slowest, int fastest) {
        private static Style of(ObjectNode c) {
            List<Integer> tempi = list(c, "bpm", 1, 1000);
            if (tempi.size() != 2 || tempi.getFirst() > tempi.getLast()) throw c.get("bpm").wrong("the lowest and the highest tempo");
            return new Style(c.text("name"), Metre.read(c), within(c, "swing", 0.5, 0.9), tempi.getFirst(), tempi.getLast());
        }
    }

    /**
     * An instrument or a drum kit.
     *
     * @param words    that a prompt may call it
     * @param roles    in which it is used: the first letters of bass, chords, arp, melody, kit
     * @param decay    seconds in which a note fades to 1/e while it is held
     * @param ensemble whether it is many that play slightly out of tune
     */
    public record Instrument(String name, List<String> words, String roles, double decay, boolean ensemble) {
        private static Instrument of(ObjectNode c) {
            return new Instrument(c.text("name"), c.array("words").texts(), c.text("roles"), within(c, "decay", 1e-3, 1e6), c.flag("ensemble"));
        }
    }

    /**
     * A kind of chord.
     *
     * @param intervals semitones above the root
     */
    public record Quality(String name, List<Integer> intervals) {
        private static Quality of(ObjectNode qualities, String name) {
            List<Integer> intervals = list(qualities, name, 0, 24);
            if (intervals.isEmpty()) throw qualities.get(name).wrong("at least one interval");
            return new Quality(name, intervals);
        }

        /** Bare fifths lie low, as a guitar has them. */
        boolean power() {
            return name.equals("power");
        }
    }

    /** What a token of the first stream stands for, see {@link Score}. */
    public record Harmony(int chord, int bass) {
        private static Harmony of(Json pair, int qualities) {
            if (!(pair instanceof Json.ArrayNode a) || a.elements().size() != 2) throw pair.wrong("a pair of a chord event and a bass event");
            return new Harmony((int) a.elements().getFirst().whole(0, Score.STRIKE + 12 * qualities - 1),
                    (int) a.elements().getLast().whole(0, Score.ONSET + Score.BASS_ONSETS - 1));
        }
    }

    /**
     * The text tower: an encoder of word pieces, and a chain of one link a field.
     *
     * @param words  word pieces that there are
     * @param length of them that are read
     * @param cell   channels of the chain's state
     * @param link   channels of what goes into a link
     */
    public record Text(int words, int length, int width, int heads, int layers, int hidden, int cell, int link) {
        private static Text of(ObjectNode c) {
            return new Text(size(c, "words"), c.integer("length", 1, 1 << 12), size(c, "width"), evenHeads(c), count(c, "layers"), size(c, "hidden"),
                    size(c, "cell"), size(c, "link"));
        }
    }

    /**
     * The language model of bars.
     *
     * @param field     channels of a field, and of a token where a whole bar is read
     * @param bars      that attention sees
     * @param back      how many bars ago the tokens were that a link sees too
     * @param fromStart positions told apart from the first bar on, as {@code toEnd} before the last one
     * @param drawing   how tokens are drawn where a request does not say it
     */
    public record Lm(int width, int heads, int layers, int hidden, int field, int link, int cell, int bars, List<Integer> back, int fromStart, int toEnd,
            Drawing drawing) {
        private static Lm of(ObjectNode c) {
            int bars = c.integer("bars", 2, 1 << 10);
            var drawing = new Drawing(within(c, "temperature", 0, 1000), c.integer("top_k", 0, MOST), 0);
            return new Lm(size(c, "width"), evenHeads(c), count(c, "layers"), size(c, "hidden"), size(c, "field"), size(c, "link"), size(c, "cell"), bars,
                    list(c, "back", 1, bars), size(c, "from_start"), size(c, "to_end"), drawing);
        }
    }

    /**
     * The denoiser of latents.
     *
     * @param kernel     of the depthwise convolutions, odd
     * @param dilations  one a block
     * @param segment    latent frames that the coarse path takes as one
     * @param instrument channels of an instrument's embedding
     * @param window     latent frames that are made at once, whole segments, as {@code overlap}
     * @param overlap    of these, those that the window before has made already
     */
    public record Diffusion(int width, int heads, int hidden, int kernel, List<Integer> dilations, int segment, int instrument, int window, int overlap) {
        private static Diffusion of(ObjectNode c) {
            int segment = c.integer("segment", 1, 1 << 10), window = c.integer("window", segment, MOST), overlap = c.integer("overlap", 0, window - 1);
            if (window % segment != 0) throw c.get("window").wrong("a multiple of the segment's " + segment + " frames");
            if (overlap % segment != 0) throw c.get("overlap").wrong("a multiple of the segment's " + segment + " frames");
            return new Diffusion(size(c, "width"), evenHeads(c), size(c, "hidden"), oddKernel(c), list(c, "dilations", 1, 1 << 10), segment,
                    size(c, "instrument"), window, overlap);
        }

        public int blocks() {
            return dilations.size();
        }
    }

    /** From latents and excitations to the spectra of the five voices; see {@link Diffusion} for the names. */
    public record Decoder(int width, int blocks, int hidden, int kernel, int instrument) {
        private static Decoder of(ObjectNode c) {
            return new Decoder(size(c, "width"), count(c, "blocks"), size(c, "hidden"), oddKernel(c), size(c, "instrument"));
        }
    }

    /** @throws io.vivace.BadCheckpoint if a number is missing, makes no sense, or tables do not fit the fields */
    public static NanoConfig of(ObjectNode c) {
        ObjectNode q = c.object("qualities");
        List<Quality> qualities = q.members().keySet().stream().map(name -> Quality.of(q, name)).toList();
        var read = new NanoConfig(list(c, "fields", 1, MOST), list(c, "codes", 1, MOST), c.array("keys").texts(), c.array("modes").texts(),
                c.array("energies").texts(), c.array("styles").objects().stream().map(Style::of).toList(),
                c.array("instruments").objects().stream().map(Instrument::of).toList(), qualities,
                c.array("harmony").elements().stream().map(row -> Harmony.of(row, qualities.size())).toList(), list(c, "drum_sets", 0, (1 << DRUMS) - 1),
                c.array("examples").texts(), c.has("text") ? Text.of(c.object("text")) : null, c.has("lm") ? Lm.of(c.object("lm")) : null,
                c.has("diffusion") ? Diffusion.of(c.object("diffusion")) : null, c.has("decoder") ? Decoder.of(c.object("decoder")) : null);
        read.check(c);
        return read;
    }

    private void check(ObjectNode c) {
        if (fields.size() != Sheet.FIELDS.size()) throw c.get("fields").wrong("one number for each of " + Sheet.FIELDS);
        if (codes.size() != 2) throw c.get("codes").wrong("the sizes of two streams");
        filled(c, "styles", styles.size(), fields.get(Sheet.STYLE));
        filled(c, "modes", modes.size(), fields.get(Sheet.MODE));
        filled(c, "energies", energies.size(), fields.get(Sheet.ENERGY));
        if (keys.size() != 12 || fields.get(Sheet.KEY) != 12) throw c.get("keys").wrong("the names of twelve keys");
        for (int role = 0; role < ROLES; role++) filled(c, "instruments", instruments.size(), fields.get(Sheet.BASS + role));
        filled(c, "harmony", harmony.size(), codes.getFirst());
        filled(c, "drum_sets", drumSets.size(), Score.DRUM_SETS);
    }

    /** Whether everything is there that a prompt needs to become sound. */
    public boolean whole() {
        return text != null && lm != null && diffusion != null && decoder != null;
    }

    private static void filled(ObjectNode c, String key, int rows, int most) {
        if (rows < 1 || rows > most) throw c.get(key).wrong("1 to " + most + " rows");
    }

    private static int size(ObjectNode c, String key) {
        return c.integer(key, 1, MOST);
    }

    private static int count(ObjectNode c, String key) {
        return c.integer(key, 0, 1 << 10);
    }

    private static int evenHeads(ObjectNode c) {
        int heads = c.integer("heads", 1, 1 << 10);
        if (c.integer("width", 1, MOST) % (2 * heads) != 0) throw c.get("width").wrong("an even multiple of the " + heads + " heads");
        return heads;
    }

    private static int oddKernel(ObjectNode c) {
        int kernel = c.integer("kernel", 1, 1 << 8);
        if (kernel % 2 == 0) throw c.get("kernel").wrong("an odd number");
        return kernel;
    }

    private static double within(ObjectNode c, String key, double least, double most) {
        double value = c.number(key);
        if (!(value >= least && value <= most)) throw c.get(key).wrong("a number from " + least + " to " + most);
        return value;
    }

    private static List<Integer> list(ObjectNode c, String key, int least, int most) {
        return Arrays.stream(c.array(key).integers(least, most)).boxed().toList();
    }
}
