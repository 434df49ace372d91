package io.vivace.model.encodec;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;
import io.vivace.nn.Programs;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Span;
import io.vivace.weights.Weights;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** The codec EnCodec: audio to codes and back. arXiv 2210.13438. Not safe for use by several threads at once. */
public final class Encodec implements AutoCloseable {
    /** Samples that are decoded at once: activations stay near the processor, and half a second passes before the first is heard. */
    private static final int BLOCK_SAMPLES = 16384;

    /** Programs that a lane keeps of each half: the first block, those in the middle, and the last two. */
    private static final int PROGRAMS = 4;

    /**
     * Audio as codes.
     *
     * @param codes        [chunk][batch][codebook][frame]; one chunk unless the model is chunked
     * @param scales       loudness that each chunk was divided by, [chunk][batch]; null unless the model normalises
     * @param lastFramePad frames at the end of the last chunk that are only filling
     */
    public record Encoded(int[][][][] codes, float[][] scales, int lastFramePad) {}

    /** Where one clip at a time is encoded or decoded: the states and programs of the two halves of the network. */
    record Lane(Backend.Session session, Programs<Piece> head, Programs<Piece> tail) {}

    private final EncodecConfig config;
    private final Backend backend;
    private final Weights weights;
    private final Decoding decoding;
    private final Encoding encoding;
    private final Lane encoder;
    private final Deque<Lane> idle = new ArrayDeque<>();
    private long passes;

    public Encodec(EncodecConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.backend = backend;
        this.weights = weights;
        this.decoding = new Decoding(config);
        this.encoding = new Encoding(config);
        this.encoder = open(encoding::headGraph, encoding::tailGraph);
    }

    public EncodecConfig config() {
        return config;
    }

    /** Network evaluations so far; a block of frames has two, one for each half of the network. */
    public long passes() {
        return passes;
    }

    /**
     * Decodes a whole clip.
     *
     * @param codes [batch][codebook][frame], with as many of the first codebooks as one likes
     * @return [batch][channel][frame·hop]
     * @throws BadRequest if the codes are none of this model
     */
    public float[][][] decode(int[][][] codes) {
        if (codes.length == 0 || codes[0].length == 0) throw new BadRequest("There are no codes to decode; give at least one codebook.");
        try (StreamingDecoder decoder = stream(codes.length, codes[0].length)) {
            return decoder.whole(codes);
        }
    }

    /**
     * Decodes chunks and cross-fades them where they overlap.
     *
     * @param codes        [chunk][batch][codebook][frame]
     * @param scales       [chunk][batch], or null
     * @param lastFramePad frames of the last chunk that are not decoded
     * @return [batch][channel][sample]
     * @throws BadRequest if the codes are none of this model
     */
    public float[][][] decodeChunks(int[][][][] codes, float[][] scales, int lastFramePad) {
        if (codes.length == 0 || (codes.length > 1 && !config.chunked())) {
            throw new BadRequest("There are " + codes.length + " chunks of codes, but this model has "
                    + (config.chunked() ? "at least " : "") + "one.");
        }
        List<float[][][]> decoded = new ArrayList<>();
        for (int i = 0; i < codes.length; i++) {
            int[][][] chunk = i < codes.length - 1 ? codes[i] : Planes.without(codes[i], lastFramePad);
            float[][][] audio = decode(chunk);
            if (scales != null) Chunks.multiply(audio, scales[i]);
            decoded.add(audio);
        }
        return config.chunked() ? Chunks.crossFade(decoded, config.chunkStride()) : decoded.getFirst();
    }

    /**
     * Encodes a clip.
     *
     * @param audio     [batch][channel][sample]
     * @param mask      [batch][sample], 0 where audio counts as silence; or null
     * @param bandwidth kbit/s, or null for the lowest
     * @throws BadRequest if there is no such bandwidth, or the audio is empty or has other channels
     */
    public Encoded encode(float[][][] audio, int[][] mask, Double bandwidth) {
        int codebooks = config.quantizersFor(bandwidth);
        Tensor all = Planes.audio(Planes.masked(audio, mask), config.channels());
        int samples = all.shape().at(1), length = config.chunked() ? config.chunk() : samples;
        if (samples == 0) throw new BadRequest("There is no audio to encode; give at least one sample.");
        List<int[][][]> codes = new ArrayList<>();
        List<float[]> scales = new ArrayList<>();
        for (int from = 0; from < samples; from += config.chunked() ? config.chunkStride() : samples) {
            Tensor chunk = Planes.slice(all, from, Math.min(samples, from + length));
            if (config.normalize()) {
                scales.add(Chunks.loudness(chunk));
                Chunks.divide(chunk, scales.getLast());
            }
            codes.add(Planes.codes(encode(chunk, codebooks, block(config))));
        }
        int frames = codes.getFirst()[0][0].length, lastFramePad = frames - codes.getLast()[0][0].length;
        codes.add(Planes.slice(codes.removeLast(), 0, frames));
        return new Encoded(codes.toArray(int[][][][]::new), config.normalize() ? scales.toArray(float[][]::new) : null, lastFramePad);
    }

    /** Codes of [batch, samples, channels], in blocks of frames: int32 [batch, frames, codebooks]. */
    Tensor encode(Tensor audio, int codebooks, int block) {
        int batch = audio.shape().at(0);
        Span samples = Span.first(audio.shape().at(1)), all = encoding.frames(samples);
        Frames frames = new Frames(DType.FLOAT32, batch, encoding.channels()), codes = new Frames(DType.INT32, batch, codebooks);
        encoder.session().reset(); // a clip that was cancelled leaves states behind
        // Group norms need everything at once.
        long step = config.groupNorm() ? all.length() : block;
        for (Span next : all.blocks(step)) {
            Span needed = encoding.samples(next, samples);
            Tensor part = Planes.slice(audio, (int) needed.from(), (int) needed.to());
            frames.append(run(encoder.head().get(encoding.head(batch, next, samples)), "audio", part, "frames"));
        }
        for (Span next : all.blocks(step)) {
            Tensor part = frames.get(encoding.context(next, all));
            codes.append(run(encoder.tail().get(encoding.tail(batch, codebooks, next, all)), "frames", part, "codes"));
        }
        return codes.get(all);
    }

    /**
     * Decodes a clip as its codes come in. Several streams may be open at a time; close each.
     *
     * @param codebooks how many of the first codebooks the codes have
     */
    public StreamingDecoder stream(int batch, int codebooks) {
        return stream(batch, codebooks, block(config));
    }

    StreamingDecoder stream(int batch, int codebooks, int block) {
        if (batch < 1 || codebooks < 1 || codebooks > config.quantizers()) {
            throw new BadRequest("There are " + codebooks + " codebooks for " + batch + " rows to decode; give 1 to " + config.quantizers()
                    + " for each row.");
        }
        Lane lane = idle.isEmpty() ? open(decoding::headGraph, decoding::tailGraph) : idle.pop();
        return new StreamingDecoder(this, lane, batch, codebooks, block);
    }

    /** Bytes of the largest program that decoding a clip of these frames takes, beside the weights. */
    public static long decoderBytes(EncodecConfig config, int batch, int frames) {
        Decoding decoding = new Decoding(config);
        Span whole = Span.first(frames), block = Span.first(config.groupNorm() ? frames : Math.min(frames, block(config)));
        // A block in the middle of a clip has context on both sides: one from a clip that is long enough stands for all.
        Span between = config.groupNorm() || frames <= block.length() ? whole : Span.EVERYWHERE;
        Piece head = decoding.head(batch, config.quantizers(), block, between);
        Piece tail = decoding.tail(batch, block.times(config.hop()), between);
        return Math.max(MemoryPlan.of(decoding.headGraph(head)).bytes(), MemoryPlan.of(decoding.tailGraph(tail)).bytes());
    }

    /** Network evaluations that decoding a clip of these frames takes, at once or as a stream: the blocks of {@link StreamingDecoder}. */
    public static long decoderPasses(EncodecConfig config, int frames) {
        if (config.groupNorm()) return 2;
        Decoding decoding = new Decoding(config);
        Span whole = Span.first(frames);
        int block = block(config), hop = config.hop();
        long passes = 0;
        for (long recurred = 0, decoded = 0; decoded < frames; passes++) {
            long next = Math.min(recurred, decoded + block);
            while (next > decoded && decoding.context(new Span(decoded, next).times(hop), whole).to() > recurred) next--;
            if (next > decoded) decoded = next;
            else recurred = Math.min(recurred + block, frames);
        }
        return passes;
    }

    /** Network evaluations that encoding a clip of these samples takes. */
    public static long encoderPasses(EncodecConfig config, int samples) {
        long passes = 0;
        for (int from = 0; from < samples; from += config.chunked() ? config.chunkStride() : samples) {
            int length = config.chunked() ? Math.min(config.chunk(), samples - from) : samples;
            passes += 2L * (config.groupNorm() ? 1 : Math.ceilDiv(Math.ceilDiv(length, config.hop()), block(config)));
        }
        return passes;
    }

    /** Bytes of the largest program that encoding a clip of these samples takes, beside the weights. */
    public static long encoderBytes(EncodecConfig config, int batch, int samples) {
        Encoding encoding = new Encoding(config);
        Span whole = Span.first(config.chunked() ? Math.min(samples, config.chunk()) : samples), frames = encoding.frames(whole);
        Span block = config.groupNorm() ? frames : Span.first(Math.min(frames.to(), block(config)));
        boolean between = block.length() < frames.length();
        Piece head = encoding.head(batch, block, between ? Span.EVERYWHERE : whole);
        Piece tail = encoding.tail(batch, config.quantizers(), block, between ? Span.EVERYWHERE : frames);
        return Math.max(MemoryPlan.of(encoding.headGraph(head)).bytes(), MemoryPlan.of(encoding.tailGraph(tail)).bytes());
    }

    @Override
    public void close() {
        encoder.session().close();
        idle.forEach(lane -> lane.session().close());
        idle.clear();
    }

    Decoding decoding() {
        return decoding;
    }

    Tensor run(Program program, String input, Tensor value, String output) {
        passes++;
        program.set(input, value).run();
        return program.get(output);
    }

    /** Takes back what a stream used. */
    void release(Lane lane) {
        lane.session().reset();
        idle.push(lane);
    }

    private Lane open(Function<Piece, Graph> head, Function<Piece, Graph> tail) {
        Backend.Session session = backend.open(weights);
        return new Lane(session, new Programs<>(session, PROGRAMS, head), new Programs<>(session, PROGRAMS, tail));
    }

    private static int block(EncodecConfig config) {
        return Math.max(1, BLOCK_SAMPLES / config.hop());
    }
}
