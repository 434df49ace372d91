package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.Event;
import io.vivace.bindings.cuda.PinnedMemory;
import io.vivace.bindings.cuda.Stream;
import io.vivace.weights.BFloat16;
import io.vivace.weights.TensorEntry;
import io.vivace.weights.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Brings weights to the device in the order of the file: the file is read into one of two page-locked buffers while the other one is on its way,
 * so the slower of disk and bus sets the pace, and the weights never lie in host memory as a whole.
 */
final class Upload implements AutoCloseable {
    private static final int MOST_BYTES = 16 << 20;

    private final Stream stream;
    private final int size;
    private final PinnedMemory[] buffers = new PinnedMemory[2];
    private final Event[] sent = new Event[2];
    private int current;
    private int filled;

    /** @param bytes that there are to send */
    Upload(Device device, Stream stream, long bytes) {
        this.stream = stream;
        size = (int) Math.min(MOST_BYTES, TensorEntry.align(Math.max(1, bytes)));
        try {
            for (int i = 0; i < 2; i++) {
                buffers[i] = device.pin(size);
                sent[i] = device.event();
            }
        } catch (RuntimeException e) {
            free();
            throw e;
        }
    }

    /**
     * Sends one tensor.
     *
     * @param narrow whether its float32 elements are rounded to bfloat16 on the way
     */
    void send(Weights weights, TensorEntry entry, boolean narrow, long address) {
        Weights.Reader reader = weights.reader(entry);
        for (long at = 0; at < entry.length(); ) {
            if (filled == size) turn();
            int count = (int) Math.min(size - filled, entry.length() - at);
            MemorySegment piece = buffers[current].segment().asSlice(filled, count);
            reader.next(piece);
            int bytes = narrow ? narrow(piece) : count;
            stream.copyToDevice(address + (narrow ? at / 2 : at), piece, bytes);
            filled = (int) Math.min(size, TensorEntry.align(filled + count));
            at += count;
        }
    }

    /** Rounds in place, front to back: the shorter elements never overtake the longer ones. */
    private static int narrow(MemorySegment piece) {
        int elements = (int) (piece.byteSize() / 4);
        for (int i = 0; i < elements; i++) piece.setAtIndex(ValueLayout.JAVA_SHORT, i, BFloat16.of(piece.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
        return 2 * elements;
    }

    private void turn() {
        sent[current].record(stream);
        current = 1 - current;
        sent[current].synchronize();
        filled = 0;
    }

    /** Waits until everything has arrived. */
    @Override
    public void close() {
        try {
            stream.synchronize();
        } finally {
            free();
        }
    }

    private void free() {
        for (int i = 0; i < 2; i++) {
            if (buffers[i] != null) buffers[i].close();
            if (sent[i] != null) sent[i].close();
        }
    }
}
