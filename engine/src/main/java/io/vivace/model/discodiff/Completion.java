package io.vivace.model.discodiff;

import io.vivace.BadRequest;
import io.vivace.graph.DType;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.dac.Dac;
import io.vivace.nn.Rows;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Span;
import java.util.Arrays;

/**
 * Clips on their way through the second stage. The network has a window of frames at a time, of which it takes the first ones as they were made in the
 * window before; the last ones, which have nothing behind them yet, are made again in the next. The last window ends with the clip. So memory does not
 * grow with the clip, and all windows have one size.
 */
public final class Completion {
    /** Of so many parts of a window, these are taken from the window before and these are made again in the next. */
    private static final int PARTS = 16, KEPT = 3, AGAIN = 1;

    private final DiscoDiff stage;
    private final DiscoDiffConfig config;
    private final Dac codec;
    private final int clips;
    private final Conditions conditions;
    private final Noise noise;
    private final Walk walk;
    /** Codes of the first codebook, [clips, frames, 1], and the normalised latents of the others that are final, [clips, frames, made]. */
    private final Frames first, made;
    private boolean ended;

    Completion(DiscoDiff stage, Dac codec, int clips, Conditions conditions, Noise noise, Walk walk) {
        if (clips < 1) throw new BadRequest("There are no clips to complete; give at least one.");
        this.stage = stage;
        this.config = stage.config();
        this.codec = codec;
        this.clips = clips;
        this.conditions = conditions;
        this.noise = noise;
        this.walk = walk;
        first = new Frames(DType.INT32, clips, 1);
        made = new Frames(DType.FLOAT32, clips, config.made());
    }

    /** Frames from the first of a window to the first of the next. */
    private static int stride(DiscoDiffConfig config) {
        return config.window() - parts(config, KEPT) - parts(config, AGAIN);
    }

    private static int parts(DiscoDiffConfig config, int count) {
        return config.window() * count / PARTS;
    }

    static long windows(DiscoDiffConfig config, long frames) {
        return frames == 0 ? 0 : 1 + Math.ceilDiv(Math.max(0, frames - config.window()), (long) stride(config));
    }

    /**
     * Takes the next codes of the first codebook.
     *
     * @param more [clip][new frames]
     * @return the codes that are final now, [clip][codebook][frame]; may be empty
     * @throws BadRequest if a code is outside its codebook, or clips do not fit
     */
    public int[][][] push(int[][] more, Run run) {
        demandOpen();
        if (more.length != clips) throw new BadRequest("There are codes for " + more.length + " clips, not " + clips + "; give one row a clip.");
        if (more[0].length > 0) {
            Tensor codes = Rows.tensor("codes", more, codec.codebookSize());
            first.append(Tensor.of(Shape.of(clips, more[0].length, 1), codes.ints()));
        }
        int[][][] done = new int[clips][config.codebooks()][0];
        // Which window is the last one, and so where it begins, is known only with the frame behind it.
        for (long from = next(); first.end() > from + config.window(); from = next()) {
            done = joined(done, window(from, from + config.window() - parts(config, AGAIN), from + config.window(), run));
        }
        return done;
    }

    /** Ends the clips: all codes that are left, [clip][codebook][frame]. */
    public int[][][] finish(Run run) {
        demandOpen();
        ended = true;
        long end = first.end();
        return end == 0 ? new int[clips][config.codebooks()][0] : window(Math.max(0, end - config.window()), end, end, run);
    }

    private void demandOpen() {
        if (ended) throw new IllegalStateException("the clips have ended; begin another completion");
    }

    /** Where the next window begins, unless it is the last. */
    private long next() {
        return Math.max(0, made.end() - parts(config, KEPT));
    }

    /** Makes the frames of a window, and gives out those that are final, which end before {@code until}. */
    private int[][][] window(long from, long until, long to, Run run) {
        int length = (int) (to - from), padded = config.padded(length), known = (int) (made.end() - from);
        int[] codes = first.get(new Span(from, to)).ints();
        var rows = new int[clips][];
        Arrays.setAll(rows, row -> extended(Arrays.copyOfRange(codes, row * length, (row + 1) * length), padded));
        Tensor start = start(codec.entries(0, rows), noise.draw(0, from, Shape.of(clips, padded, config.made())));
        Tensor before = known == 0 ? null : made.get(new Span(from, made.end()));
        Tensor latents = stage.sample(start, before, from, conditions, noise, walk, run);
        Frames all = new Frames(DType.FLOAT32, clips, config.latents());
        all.append(latents);
        Tensor fresh = all.get(new Span(known, until - from));
        made.append(channels(fresh));
        int[][][] out = codec.nearest(stage.denormalised(fresh));
        for (int row = 0; row < clips; row++) out[row][0] = Arrays.copyOfRange(rows[row], known, (int) (until - from));
        made.drop(made.end() - config.window());
        first.drop(made.end() - config.window());
        return out;
    }

    /** A row up to a length that the network takes: its last code goes on. */
    private static int[] extended(int[] row, int length) {
        int[] longer = Arrays.copyOf(row, length);
        Arrays.fill(longer, row.length, length, row[row.length - 1]);
        return longer;
    }

    /** The first codebook's latents, normalised, beside noise. */
    private Tensor start(Tensor entries, Tensor fresh) {
        int width = config.codebookDim(), rows = entries.shape().rows();
        var all = new float[rows * config.latents()];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < width; c++) {
                all[row * config.latents() + c] = (float) ((entries.floats()[row * width + c] - config.means()[0]) / config.deviations()[0]);
            }
            System.arraycopy(fresh.floats(), row * config.made(), all, row * config.latents() + width, config.made());
        }
        return Tensor.of(entries.shape().withLast(config.latents()), all);
    }

    /** The latents of all codebooks but the first. */
    private Tensor channels(Tensor latents) {
        int rows = latents.shape().rows();
        var others = new float[rows * config.made()];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(latents.floats(), row * config.latents() + config.codebookDim(), others, row * config.made(), config.made());
        }
        return Tensor.of(latents.shape().withLast(config.made()), others);
    }

    static int[][][] joined(int[][][] a, int[][][] b) {
        var joined = new int[a.length][a[0].length][];
        for (int row = 0; row < a.length; row++) {
            for (int q = 0; q < a[row].length; q++) {
                joined[row][q] = Arrays.copyOf(a[row][q], a[row][q].length + b[row][q].length);
                System.arraycopy(b[row][q], 0, joined[row][q], a[row][q].length, b[row][q].length);
            }
        }
        return joined;
    }
}
