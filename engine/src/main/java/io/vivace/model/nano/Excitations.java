package io.vivace.model.nano;

import static io.vivace.model.nano.NanoConfig.SAMPLE_RATE;

import io.vivace.model.nano.NanoConfig.Instrument;
import java.util.List;

/**
 * The signals that the decoder shapes, in tune by construction: band-limited saws (polyBLEP, IEEE SPM 24(2) 2007) for the notes of pitched roles, sweeps for
 * kick and toms. Any stretch of a piece comes out the same by itself. In double precision, summed in the order of the notes;
 * training/nano/features.py is the definition.
 */
final class Excitations {
    private static final double AMPLITUDE = 0.1, RELEASE = 0.25, DETUNED = StrictMath.pow(2, 7 / 1200.0);
    private static final int ATTACK = 120, RELEASED = 23_473, SWEEP = 12_000;
    /** Class of a drum, Hz at the end, Hz above them at first, seconds of the glide. */
    private static final double[][] SWEPT = {{0, 50, 70, 0.03}, {6, 95, 60, 0.05}};
    private static final double SWEEP_AMPLITUDE = 0.3, SWEEP_DECAY = 0.15;
    private static final double[][] SWEEPS = sweeps();
    /** Samples for which a decay is computed by one factor for all and one for each. */
    private static final int BLOCK = 64;

    private final Instrument[] instruments = new Instrument[NanoConfig.ROLES];

    Excitations(NanoConfig config, Sheet sheet) {
        for (int role = 0; role < instruments.length; role++) instruments[role] = config.instruments().get(sheet.instrument(role));
    }

    private static double[][] sweeps() {
        var sweeps = new double[NanoConfig.DRUMS][];
        for (double[] each : SWEPT) {
            sweeps[(int) each[0]] = new double[SWEEP];
            for (int i = 0; i < SWEEP; i++) {
                double t = (double) i / SAMPLE_RATE, turns = each[1] * t + each[2] * each[3] * (1 - StrictMath.exp(-t / each[3]));
                sweeps[(int) each[0]][i] = SWEEP_AMPLITUDE * StrictMath.sin(2 * Math.PI * turns) * StrictMath.exp(-t / SWEEP_DECAY);
            }
        }
        return sweeps;
    }

    private static long sample(double seconds) {
        return (long) Math.floor(seconds * SAMPLE_RATE + 0.5);
    }

    /** The first sample at which nothing is left of a note. */
    static long gone(Note note) {
        return note.role() == Note.KIT ? sample(note.start()) + SWEEP : sample(note.end()) + RELEASED;
    }

    /** The excitation of one role at samples {@code first} … {@code first + count} − 1 of the piece; null where it is silent. */
    double[] of(int role, List<Note> notes, long first, int count) {
        double[] sum = null;
        for (Note note : notes) {
            if (note.role() != role || role == Note.KIT && SWEEPS[note.pitch()] == null) continue;
            long start = sample(note.start());
            int from = (int) Math.max(start - first, 0), to = (int) Math.min(gone(note) - first, count);
            if (from >= to) continue;
            if (sum == null) sum = new double[count];
            if (role == Note.KIT) for (int n = from; n < to; n++) sum[n] += SWEEPS[note.pitch()][(int) (first + n - start)];
            else voice(note, instruments[role], first, from, to, sum);
        }
        return sum;
    }

    private static void voice(Note note, Instrument instrument, long first, int from, int to, double[] sum) {
        long start = sample(note.start()), end = sample(note.end());
        double step = 440 * StrictMath.pow(2, (note.pitch() - 69) / 12.0) / SAMPLE_RATE, up = step * DETUNED, down = step / DETUNED;
        double fade = 1 / (SAMPLE_RATE * instrument.decay()), release = 1 / (RELEASE * SAMPLE_RATE);
        double[] fades = decay(fade), releases = decay(fade + release);
        double scale = instrument.ensemble() ? AMPLITUDE / Math.sqrt(3) : AMPLITUDE;
        for (int n = from; n < to; ) {
            long i = first + n - start, after = first + n - end;
            boolean released = after >= 0;
            // Blocks lie on a grid that begins with the note, and again with its release, so that every stretch has the same factors.
            int within = (int) ((released ? after : i) % BLOCK), stop = Math.min(to, n + BLOCK - within);
            if (!released) stop = (int) Math.min(stop, end - first);
            double level = scale * StrictMath.exp(-(i - within) * fade - (released ? (after - within) * release : 0));
            double[] factors = released ? releases : fades;
            for (; n < stop; n++, i++, within++) {
                double v = instrument.ensemble() ? saw(step, i) + saw(up, i) + saw(down, i) : saw(step, i);
                sum[n] += v * level * factors[within] * (i < ATTACK ? (double) i / ATTACK : 1);
            }
        }
    }

    private static double[] decay(double rate) {
        var factors = new double[BLOCK];
        for (int i = 0; i < BLOCK; i++) factors[i] = StrictMath.exp(-i * rate);
        return factors;
    }

    /** Sample i of a saw of so many periods a sample. */
    private static double saw(double step, long i) {
        double turns = i * step, p = turns - (long) turns;
        if (p < step) {
            double t = p / step;
            return 2 * p - 1 - (t + t - t * t - 1);
        }
        if (p > 1 - step) {
            double t = (p - 1) / step;
            return 2 * p - 1 - (t * t + t + t + 1);
        }
        return 2 * p - 1;
    }
}
