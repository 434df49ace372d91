package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.graph.DType;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes a clip while its latents still come in. Blocks lie on a grid that does not depend on the pieces that latents come in, so all samples together
 * are the very ones of {@link MelodyCodec#decode}, whatever the pieces. Memory does not grow with the clip.
 */
public final class StreamingDecoder implements AutoCloseable {
    private final MelodyCodec codec;
    private final int batch;
    private final int block;
    private final Frames latents;
    private Span whole = Span.OPEN;
    private long decoded;

    /** @param block frames that are decoded at once */
    StreamingDecoder(MelodyCodec codec, int batch, int block) {
        this.codec = codec;
        this.batch = batch;
        this.block = block;
        this.latents = new Frames(DType.FLOAT32, batch, codec.config().latent());
    }

    /**
     * Takes the next latents.
     *
     * @param more [batch, new frames, D]; what lies outside −1 … 1 is cut off
     * @return the samples of the blocks that are complete now, [batch][sample]; may be empty
     * @throws BadRequest if the latents do not fit the stream
     */
    public float[][] push(Tensor more) {
        demandOpen();
        Shape shape = more.shape();
        if (shape.rank() != 3 || shape.at(0) != batch || shape.at(2) != codec.config().latent()) {
            throw new BadRequest("The latents are " + shape + ", not [" + batch + ", frames, " + codec.config().latent() + "]; give those of this model.");
        }
        float[] within = more.floats().clone();
        for (int i = 0; i < within.length; i++) within[i] = Math.clamp(within[i], -1f, 1f);
        latents.append(Tensor.of(shape, within));
        return advance();
    }

    /** How many latents, from the clip's first on, must be there before more can be decoded. */
    public long needs() {
        return context(new Span(decoded, decoded + block)).to();
    }

    /** Ends the clip: all samples that are left, [batch][sample]. */
    public float[][] finish() {
        demandOpen();
        whole = Span.first(latents.end());
        return advance();
    }

    /** A stream holds nothing but its latents; what is left of them is forgotten. */
    @Override
    public void close() {
        whole = Span.first(decoded);
    }

    private void demandOpen() {
        if (!whole.equals(Span.OPEN)) throw new IllegalStateException("the clip has ended; open another stream");
    }

    private Span context(Span frames) {
        return codec.decoder().needs(frames.times(codec.config().hop()), whole);
    }

    private float[][] advance() {
        List<Tensor> pieces = new ArrayList<>();
        for (Span next = next(); next.length() > 0 && context(next).to() <= latents.end(); next = next()) {
            pieces.add(codec.decode(latents.get(context(next)), next.times(codec.config().hop()), whole));
            decoded = next.to();
            if (decoded < whole.to()) latents.drop(context(new Span(decoded, decoded + 1)).from());
        }
        return joined(pieces);
    }

    private Span next() {
        return new Span(decoded, Math.min(decoded + block, whole.to()));
    }

    private float[][] joined(List<Tensor> pieces) {
        float[][] audio = new float[batch][pieces.stream().mapToInt(piece -> piece.shape().at(1)).sum()];
        int at = 0;
        for (Tensor piece : pieces) {
            int length = piece.shape().at(1);
            for (int row = 0; row < batch; row++) System.arraycopy(piece.floats(), row * length, audio[row], at, length);
            at += length;
        }
        return audio;
    }
}
