package io.vivace.converter.read;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor in a checkpoint's file: a strided view of elements; nothing of it is in memory.
 *
 * @param dims     extents, outermost first; may be zero
 * @param strides  in elements, one a dimension, not negative
 * @param position byte of the first element in the file
 */
public record SourceTensor(String name, ElementType type, int[] dims, long[] strides, SourceFile file, long position) {
    private static final int BLOCK = 1 << 20;
    private static final int MOST_GATHERED = 1 << 28;
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN));

    /** A tensor without gaps in row-major order. */
    static SourceTensor dense(String name, ElementType type, int[] dims, SourceFile file, long position) {
        return new SourceTensor(name, type, dims, rowMajor(dims), file, position);
    }

    /** Strides of a tensor whose number of elements is known to fit; they may overflow only where it has none. */
    static long[] rowMajor(int[] dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, dims[i]);
        }
        return strides;
    }

    /** Product of the dimensions. @throws ArithmeticException over 2^63 */
    static long elements(int[] dims) {
        long product = 1;
        for (int dim : dims) {
            product = Math.multiplyExact(product, (long) dim);
        }
        return product;
    }

    public long elements() {
        return elements(dims);
    }

    /** Elements from the first to the last one, gaps included. @throws ArithmeticException over 2^63 */
    long extent() {
        if (elements() == 0) {
            return 0;
        }
        long last = 0;
        for (int i = 0; i < dims.length; i++) {
            last = Math.addExact(last, Math.multiplyExact(dims[i] - 1L, strides[i]));
        }
        return Math.addExact(last, 1);
    }

    SourceTensor named(String other) {
        return new SourceTensor(other, type, dims, strides, file, position);
    }

    /** Whether row-major order is the order in the file. */
    private boolean isDense() {
        long[] want = rowMajor(dims);
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] > 1 && strides[i] != want[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads {@code count} elements of a dense tensor, from the {@code first} in row-major order, widened to float32. */
    public void read(long first, int count, float[] into, int at) {
        if (!isDense()) {
            throw new IllegalStateException(name + " is strided; read it whole");
        }
        ByteBuffer buffer = BUFFER.get();
        int most = BLOCK / type.bytes();
        for (int done = 0; done < count; done += most) {
            int now = Math.min(most, count - done);
            buffer.clear().limit(now * type.bytes());
            file.read(position + (first + done) * type.bytes(), buffer);
            type.toFloats(buffer.flip(), into, at + done, now);
        }
    }

    /** All elements in row-major order, widened to float32; for tensors that fit on the heap. */
    public float[] floats() {
        long elements = elements();
        if (elements > MOST_GATHERED || extent() > MOST_GATHERED) {
            throw file.bad("tensor \"" + name + "\" of shape " + Arrays.toString(dims) + " is too large to be rearranged; save it as a "
                    + "contiguous tensor");
        }
        float[] all = new float[(int) elements];
        if (isDense()) {
            read(0, all.length, all, 0);
        } else {
            gather(all);
        }
        return all;
    }

    private void gather(float[] into) {
        float[] storage = new float[(int) extent()];
        dense(name, type, new int[] {storage.length}, file, position).read(0, storage.length, storage, 0);
        int[] index = new int[dims.length];
        long from = 0;
        for (int i = 0; i < into.length; i++) {
            into[i] = storage[(int) from];
            for (int d = dims.length - 1; d >= 0; d--) {
                from += strides[d];
                if (++index[d] < dims[d]) {
                    break;
                }
                from -= strides[d] * dims[d];
                index[d] = 0;
            }
        }
    }

    /** A dense tensor reads by blocks; a strided one is gathered once. */
    public Reader reader() {
        if (isDense()) {
            return this::read;
        }
        float[] all = floats();
        return (first, count, into, at) -> System.arraycopy(all, (int) first, into, at, count);
    }

    /** Reads ranges of elements in row-major order. */
    @FunctionalInterface
    public interface Reader {
        void read(long first, int count, float[] into, int at);
    }
}
