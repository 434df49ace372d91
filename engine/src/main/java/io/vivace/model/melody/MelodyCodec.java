package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.nn.Programs;
import io.vivace.nn.signal.Part;
import io.vivace.nn.signal.Span;
import io.vivace.weights.Weights;

/**
 * MeLoDy's audio VAE-GAN: mono sound to continuous latents and back. arXiv 2305.15719 §4.1. Not safe for use by several threads at once.
 *
 * <p>Both networks are convolutions only. So a clip goes through them in blocks that lie on a fixed grid from its first frame on, each with the frames
 * around it that it reaches; a layer computes no more of its output than the next one needs. Blocks pad with zeros, layer by layer, where the clip
 * ends and nowhere else. The result is that of one pass over the whole clip, in memory that does not grow with it.
 */
public final class MelodyCodec implements AutoCloseable {
    /** Samples that are decoded at once: activations stay near the processor, and little of a block is reach. */
    private static final int DECODED_AT_ONCE = 1 << 14;

    /** Samples that are encoded at once: the encoder reaches further, and is narrower where there are many frames. */
    private static final int ENCODED_AT_ONCE = 1 << 16;

    /** Programs that are kept of each network: the first block, those in the middle, and the last two. */
    private static final int PROGRAMS = 4;

    /** Log variances are held between these, which keeps their exponential finite. */
    private static final float LEAST_LOG_VARIANCE = -30, MOST_LOG_VARIANCE = 20;

    private record Piece(int batch, Part part) {}

    private final CodecConfig config;
    private final CodecNet decoder;
    private final CodecNet encoder;
    private final Backend.Session session;
    private final Programs<Piece> decoding;
    private final Programs<Piece> encoding;
    private long passes;

    public MelodyCodec(CodecConfig config, Backend backend, Weights weights) {
        this.config = config;
        this.decoder = CodecNet.decoder(config);
        this.encoder = config.encoder() == null ? null : CodecNet.encoder(config);
        this.session = backend.open(weights);
        this.decoding = new Programs<>(session, PROGRAMS, piece -> decoder.graph(piece.batch, piece.part));
        this.encoding = new Programs<>(session, PROGRAMS, piece -> encoder.graph(piece.batch, piece.part));
    }

    public CodecConfig config() {
        return config;
    }

    /** Network evaluations so far: one a block. */
    public long passes() {
        return passes;
    }

    /**
     * Decodes a whole clip, in the blocks in which {@link #stream} does.
     *
     * @param latents [batch, frames, D]; what lies outside −1 … 1 is cut off
     * @return [batch][frame·hop]
     * @throws BadRequest if there are no latents, or of another width
     */
    public float[][] decode(Tensor latents) {
        Shape shape = latents.shape();
        if (shape.rank() != 3 || shape.size() == 0) throw new BadRequest("There are no latents to decode in " + shape + "; give at least one frame.");
        int batch = shape.at(0), frames = shape.at(1);
        if ((long) frames * config.hop() > Integer.MAX_VALUE) {
            throw new BadRequest(frames + " frames are " + (long) frames * config.hop() + " samples, more than an array holds; decode them as a stream.");
        }
        float[][] audio = new float[batch][frames * config.hop()];
        try (StreamingDecoder stream = stream(batch)) {
            int at = 0;
            for (Span next : Span.first(frames).blocks(decoderBlock(config))) {
                at = append(audio, at, stream.push(Blocks.slice(latents, next)));
            }
            append(audio, at, stream.finish());
        }
        return audio;
    }

    private static int append(float[][] audio, int at, float[][] more) {
        for (int row = 0; row < audio.length; row++) System.arraycopy(more[row], 0, audio[row], at, more[row].length);
        return at + more[0].length;
    }

    /** Decodes a clip as its latents come in. Several streams may be open at a time. */
    public StreamingDecoder stream(int batch) {
        return stream(batch, decoderBlock(config));
    }

    StreamingDecoder stream(int batch, int block) {
        if (batch < 1) throw new BadRequest("There are " + batch + " rows to decode; give at least one.");
        return new StreamingDecoder(this, batch, block);
    }

    /**
     * Encodes a clip, which counts as silent behind its end, up to a whole number of frames.
     *
     * @param audio [batch][sample], mono
     * @throws BadRequest if there is no audio, rows differ in length, or the model has no encoder
     */
    public Posterior encode(float[][] audio) {
        return encode(audio, encoderBlock(config));
    }

    Posterior encode(float[][] audio, int block) {
        if (encoder == null) throw new BadRequest("This model has no encoder, so it cannot take sound; convert a checkpoint whose codec has one.");
        int samples = Blocks.samples(audio), batch = audio.length, channels = config.latent();
        Span whole = Span.first(Math.ceilDiv(samples, config.hop()) * (long) config.hop()), frames = Span.first(whole.length() / config.hop());
        Shape shape = Shape.of(batch, (int) frames.length(), channels);
        float[] mean = new float[shape.size()], logVariance = new float[shape.size()];
        for (Span next : frames.blocks(block)) {
            Tensor moments = run(encoding.get(new Piece(batch, encoder.part(next, whole))), Blocks.slice(audio, encoder.needs(next, whole)));
            for (int i = 0; i < batch * (int) next.length(); i++) {
                int row = i / (int) next.length(), frame = (int) next.from() + i % (int) next.length();
                int from = 2 * i * channels, to = (row * (int) frames.length() + frame) * channels;
                System.arraycopy(moments.floats(), from, mean, to, channels);
                System.arraycopy(moments.floats(), from + channels, logVariance, to, channels);
            }
        }
        for (int i = 0; i < logVariance.length; i++) logVariance[i] = Math.clamp(logVariance[i], LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE);
        return new Posterior(Tensor.of(shape, mean), Tensor.of(shape, logVariance), config.latentScale());
    }

    /** Bytes of the largest program that decoding a clip of these frames takes, beside the weights. */
    public static long decoderBytes(CodecConfig config, int batch, int frames) {
        int block = decoderBlock(config);
        return bytes(CodecNet.decoder(config), batch, Span.first(Math.min(frames, block)).times(config.hop()), Span.first(frames), frames > block);
    }

    /** Bytes of the largest program that encoding a clip of these samples takes, beside the weights. */
    public static long encoderBytes(CodecConfig config, int batch, int samples) {
        int block = encoderBlock(config), frames = Math.ceilDiv(samples, config.hop());
        return bytes(CodecNet.encoder(config), batch, Span.first(Math.min(frames, block)), Span.first(frames).times(config.hop()), frames > block);
    }

    /** A block in the middle of a clip has context on both sides: one from a clip that is long enough stands for all. */
    private static long bytes(CodecNet net, int batch, Span block, Span whole, boolean between) {
        return MemoryPlan.of(net.graph(batch, net.part(block, between ? Span.EVERYWHERE : whole))).bytes();
    }

    /** Network evaluations that decoding a clip of these frames takes, at once or as a stream. */
    public static long decoderPasses(CodecConfig config, int frames) {
        return Math.ceilDiv(frames, decoderBlock(config));
    }

    /** Network evaluations that encoding a clip of these samples takes. */
    public static long encoderPasses(CodecConfig config, int samples) {
        return Math.ceilDiv(Math.ceilDiv(samples, config.hop()), encoderBlock(config));
    }

    private static int decoderBlock(CodecConfig config) {
        return Math.max(1, DECODED_AT_ONCE / config.hop());
    }

    private static int encoderBlock(CodecConfig config) {
        return Math.max(1, ENCODED_AT_ONCE / config.hop());
    }

    CodecNet decoder() {
        return decoder;
    }

    /** Samples [batch, samples, 1] of these latents; {@code whole} are all frames of the clip. */
    Tensor decode(Tensor latents, Span samples, Span whole) {
        return run(decoding.get(new Piece(latents.shape().at(0), decoder.part(samples, whole))), latents);
    }

    private Tensor run(Program program, Tensor x) {
        passes++;
        program.set("x", x).run();
        return program.get("y");
    }

    @Override
    public void close() {
        session.close();
    }
}
