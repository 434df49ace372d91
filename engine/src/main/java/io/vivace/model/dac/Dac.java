package io.vivace.model.dac;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.dac.Graphs.Piece;
import io.vivace.nn.Programs;
import io.vivace.nn.Rows;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Span;
import io.vivace.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * The Descript audio codec: sound to codes and back. arXiv 2306.06546. Nothing in it recurs, so a clip is taken in pieces of equal length, each with
 * the frames around it that it depends on; the pieces together are the very samples of the whole, and memory does not grow with the clip.
 * Not safe for use by several threads at once.
 */
public final class Dac implements AutoCloseable {
    /** Samples that are decoded at once: a third of a second passes before the first is heard. */
    private static final int BLOCK_SAMPLES = 16384;

    /** Programs that are kept of each kind: the first piece, those in the middle, and the last two, for two sizes of batches. */
    static final int PROGRAMS = 8;

    /**
     * Sound as codes.
     *
     * @param codes   [row][codebook][frame]
     * @param latents what each codebook was given to compare, [rows, frames, codebooks·channels of an entry]
     */
    public record Encoded(int[][][] codes, Tensor latents) {}

    private final DacConfig config;
    private final int block;
    private final Weights weights;
    private final Graphs graphs;
    private final Backend.Session session;
    private final Programs<Piece> decoder;
    private final Encoding encoding;
    private long passes;

    public Dac(DacConfig config, Backend backend, Weights weights) {
        this(config, backend, weights, block(config));
    }

    /** @param block frames of a piece */
    Dac(DacConfig config, Backend backend, Weights weights, int block) {
        this.config = config;
        this.block = block;
        this.weights = weights;
        graphs = new Graphs(config);
        session = backend.open(weights);
        decoder = new Programs<>(session, PROGRAMS, graphs::decoder);
        encoding = new Encoding(config, graphs, session, block);
    }

    /** Hz. */
    public int sampleRate() {
        return config.sampleRate();
    }

    /** Samples that a frame of codes stands for. */
    public int hop() {
        return config.hop();
    }

    /** Codebooks of the quantiser. */
    public int codebooks() {
        return config.codebooks();
    }

    /** Entries of a codebook. */
    public int codebookSize() {
        return config.codebookSize();
    }

    /** Network evaluations so far: one a piece. */
    public long passes() {
        return passes + encoding.passes();
    }

    /**
     * Decodes a whole clip.
     *
     * @param codes [row][codebook][frame], with as many of the first codebooks as one likes
     * @return [row][sample], of as many samples as {@link DacConfig#samples} says
     * @throws BadRequest if the codes are none of this model
     */
    public float[][] decode(int[][][] codes) {
        if (codes.length == 0 || codes[0].length == 0) throw new BadRequest("There are no codes to decode; give at least one codebook.");
        Stream stream = stream(codes.length, codes[0].length);
        stream.append(codes);
        return stream.finish();
    }

    /**
     * The codes whose entries have the directions of these latents.
     *
     * @param latents [rows, frames, codebooks·channels of an entry], with as many of the first codebooks as one likes
     * @return [row][codebook][frame]
     */
    public int[][][] nearest(Tensor latents) {
        return encoding.nearest(latents);
    }

    /**
     * The entries of one codebook, which are its latents without error.
     *
     * @param codes [row][frame]
     * @return [rows, frames, channels of an entry]
     * @throws BadRequest if a code is outside the codebook
     */
    public Tensor entries(int codebook, int[][] codes) {
        float[] table = weights.get(Quantizer.table(codebook), config.codebookSize(), config.codebookDim()).floats();
        int[] flat = Rows.tensor("codes", codes, config.codebookSize()).ints();
        var entries = new float[flat.length * config.codebookDim()];
        for (int i = 0; i < flat.length; i++) System.arraycopy(table, flat[i] * config.codebookDim(), entries, i * config.codebookDim(), config.codebookDim());
        return Tensor.of(Shape.of(codes.length, codes[0].length, config.codebookDim()), entries);
    }

    /**
     * Encodes a clip, with zeros behind it up to a whole frame.
     *
     * @param audio     [row][sample]
     * @param codebooks how many of the first codebooks to use
     * @throws BadRequest if there is no audio, or there are not so many codebooks
     */
    public Encoded encode(float[][] audio, int codebooks) {
        demandCodebooks(audio.length, codebooks);
        return encoding.encode(audio, codebooks);
    }

    /**
     * Decodes clips as their codes come in. Several streams may be open at a time.
     *
     * @param rows      clips side by side
     * @param codebooks how many of the first codebooks the codes have
     * @throws BadRequest if there are no rows, or not so many codebooks
     */
    public Stream stream(int rows, int codebooks) {
        demandCodebooks(rows, codebooks);
        return new Stream(rows, codebooks);
    }

    /** Bytes of the largest program that decoding clips of these frames takes, beside the weights. */
    public static long bytes(DacConfig config, int rows, int codebooks, int frames) {
        Graphs graphs = new Graphs(config);
        int block = block(config);
        // A piece in the middle of a clip has context on both sides: one from a clip that is long enough stands for all.
        boolean whole = frames <= block;
        Piece piece = graphs.decoding(rows, codebooks, Span.first(Math.min(frames, block)), whole ? Span.first(frames) : Span.EVERYWHERE);
        return MemoryPlan.of(graphs.decoder(piece)).bytes();
    }

    /** Network evaluations that decoding or encoding a clip of these frames takes, at once or as a stream. */
    public static long passes(DacConfig config, int frames) {
        return Math.ceilDiv(frames, block(config));
    }

    private static int block(DacConfig config) {
        return Math.max(1, BLOCK_SAMPLES / config.hop());
    }

    private void demandCodebooks(int rows, int codebooks) {
        if (rows < 1 || codebooks < 1 || codebooks > config.codebooks()) {
            throw new BadRequest("There are " + codebooks + " codebooks for " + rows + " rows; give at least one row, and 1 to " + config.codebooks()
                    + " codebooks.");
        }
    }

    @Override
    public void close() {
        session.close();
    }

    /** Clips side by side on their way through the decoder. */
    public final class Stream {
        private final int rows;
        private final int codebooks;
        private final Frames codes;
        private Span whole = Span.OPEN;
        private long decoded;

        private Stream(int rows, int codebooks) {
            this.rows = rows;
            this.codebooks = codebooks;
            codes = new Frames(DType.INT32, rows, codebooks);
        }

        /**
         * Takes the next frames of codes.
         *
         * @param more [row][codebook][new frames]
         * @return the samples of the pieces that are complete now, [row][sample]; may be empty
         * @throws BadRequest if a code is outside its codebook, or the rows do not fit the stream
         */
        public float[][] push(int[][][] more) {
            append(more);
            return advance();
        }

        /** Ends the clips: all samples that are left, [row][sample]. */
        public float[][] finish() {
            demandOpen();
            whole = Span.first(codes.end());
            return advance();
        }

        /** How many frames of codes, from the clips' first on, must be there before more can be decoded. */
        public long needs() {
            return graphs.context(new Span(decoded, decoded + block), Span.OPEN).to();
        }

        private void append(int[][][] more) {
            demandOpen();
            codes.append(Columns.codes(more, rows, codebooks, config.codebookSize()));
        }

        private void demandOpen() {
            if (!whole.equals(Span.OPEN)) throw new IllegalStateException("the clip has ended; open another stream");
        }

        private float[][] advance() {
            List<Tensor> pieces = new ArrayList<>();
            for (Tensor audio = next(); audio != null; audio = next()) pieces.add(audio);
            return Columns.joined(pieces, rows);
        }

        /** The next piece; null if its codes are not all there, or the clips have ended. */
        private Tensor next() {
            Span frames = new Span(decoded, Math.min(decoded + block, whole.to()));
            if (frames.length() == 0) return null;
            Span context = graphs.context(frames, whole);
            if (context.to() > codes.end()) return null;
            Program program = decoder.get(graphs.decoding(rows, codebooks, frames, whole));
            program.set("codes", codes.get(context)).run();
            Tensor audio = program.get("audio");
            passes++;
            decoded = frames.to();
            if (decoded < whole.to()) codes.drop(graphs.context(new Span(decoded, decoded + 1), Span.OPEN).from());
            return audio;
        }
    }
}
