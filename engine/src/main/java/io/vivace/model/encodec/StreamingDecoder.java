package io.vivace.model.encodec;

import io.vivace.graph.DType;
import io.vivace.graph.Tensor;
import io.vivace.nn.signal.Frames;
import io.vivace.nn.signal.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes a clip while its codes still come in; all pieces together are the very samples of the whole decode, whatever the pieces.
 *
 * <p>Codes go block by block through the first convolution and the LSTM, whose states carry on; the convolutions behind run on each
 * block of LSTM frames with the frames around it that they reach, and compute only what the block's samples depend on. So the work
 * is that of the whole decode but for a few frames a block (for MusicGen's codec one LSTM frame on either side of 25), and memory
 * does not grow with the clip. A model with group norms needs the whole clip before its first sample is known: it decodes when
 * finished.
 */
public final class StreamingDecoder implements AutoCloseable {
    private final Encodec codec;
    private final Encodec.Lane lane;
    private final int batch;
    private final int codebooks;
    private final int block;
    private final Frames codes;
    private final Frames frames;
    private Span whole = Span.OPEN;
    private long decoded;
    private boolean closed;

    /** @param block frames that are decoded at once */
    StreamingDecoder(Encodec codec, Encodec.Lane lane, int batch, int codebooks, int block) {
        this.codec = codec;
        this.lane = lane;
        this.batch = batch;
        this.codebooks = codebooks;
        this.block = block;
        this.codes = new Frames(DType.INT32, batch, codebooks);
        this.frames = new Frames(DType.FLOAT32, batch, codec.decoding().channels());
    }

    /**
     * Takes the next frames of codes.
     *
     * @param more [batch][codebook][new frames]
     * @return the samples of the blocks that are complete now, [batch][channel][sample]; may be empty
     * @throws io.vivace.BadRequest if a code is outside its codebook, or the rows do not fit the stream
     */
    public float[][][] push(int[][][] more) {
        demandOpen();
        codes.append(Planes.codes(more, batch, codebooks, codec.config().codebookSize()));
        return advance();
    }

    /** How many frames of codes, from the clip's first on, must be there before more can be decoded. */
    public long needs() {
        return codec.decoding().codes(new Span(frames.end(), frames.end() + block), Span.OPEN).to();
    }

    /** Ends the clip: all samples that are left, [batch][channel][sample]. */
    public float[][][] finish() {
        demandOpen();
        whole = Span.first(codes.end());
        return advance();
    }

    /** A clip that is there from the beginning. */
    float[][][] whole(int[][][] all) {
        codes.append(Planes.codes(all, batch, codebooks, codec.config().codebookSize()));
        return finish();
    }

    @Override
    public void close() {
        if (!closed) codec.release(lane);
        closed = true;
    }

    private void demandOpen() {
        if (closed || !whole.equals(Span.OPEN)) throw new IllegalStateException("the clip has ended; open another stream");
    }

    private float[][][] advance() {
        List<Tensor> pieces = new ArrayList<>();
        while (true) {
            Tensor audio = decodeNext();
            if (audio != null) {
                pieces.add(audio);
            } else if (!recurNext()) {
                return Planes.join(pieces, batch, codec.config().channels());
            }
        }
    }

    /** The next block through the first convolution and the LSTM; false if its codes are not all there. */
    private boolean recurNext() {
        Decoding decoding = codec.decoding();
        Span next = new Span(frames.end(), Math.min(frames.end() + block, whole.to()));
        if (next.length() == 0 || decoding.codes(next, whole).to() > codes.end()) return false;
        Piece piece = decoding.head(batch, codebooks, next, whole);
        Tensor input = codes.get(decoding.codes(next, whole));
        frames.append(codec.run(lane.head().get(piece), "codes", input, "frames"));
        codes.drop(decoding.codes(new Span(next.to(), next.to() + 1), Span.OPEN).from());
        return true;
    }

    /** The samples of the frames that no later frame can change any more, at most a block; null if there are none. */
    private Tensor decodeNext() {
        Decoding decoding = codec.decoding();
        int hop = codec.config().hop();
        Span next = new Span(decoded, Math.min(frames.end(), decoded + block));
        while (next.length() > 0 && decoding.context(next.times(hop), whole).to() > frames.end()) next = new Span(decoded, next.to() - 1);
        if (next.length() == 0) return null;
        Piece piece = decoding.tail(batch, next.times(hop), whole);
        Tensor input = frames.get(decoding.context(next.times(hop), whole));
        Tensor audio = codec.run(lane.tail().get(piece), "frames", input, "audio");
        decoded = next.to();
        frames.drop(decoding.context(new Span(decoded, decoded + 1).times(hop), Span.OPEN).from());
        return audio;
    }
}
