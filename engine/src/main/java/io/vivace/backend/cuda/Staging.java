package io.vivace.backend.cuda;

import io.vivace.bindings.cuda.Device;
import io.vivace.bindings.cuda.PinnedMemory;
import io.vivace.bindings.cuda.Stream;
import io.vivace.graph.Tensor;
import io.vivace.weights.BFloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Page-locked memory through which tensors travel between the Java heap and the device. A copy from pageable memory would be made by the driver
 * in the same way, but behind our back and with a wait at each.
 */
final class Staging {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final int BYTES = 1 << 20;

    private final Stream stream;
    private final PinnedMemory pinned;

    Staging(Device device, Stream stream) {
        this.stream = stream;
        pinned = device.pin(BYTES);
    }

    /** Writes a tensor's elements to a place. Returns when the tensor may change. */
    void write(Tensor tensor, Place place) {
        int piece = BYTES / 4, size = tensor.shape().size();
        for (int at = 0; at < size; at += piece) {
            int count = Math.min(piece, size - at);
            stream.synchronize();
            pack(tensor, at, count, place.type());
            stream.copyToDevice(place.address() + (long) at * place.type().bytes(), pinned.segment(), (long) count * place.type().bytes());
        }
    }

    private void pack(Tensor tensor, int at, int count, Type type) {
        switch (type) {
            case FLOAT32 -> MemorySegment.copy(tensor.floats(), at, pinned.segment(), FLOAT, 0, count);
            case INT32 -> MemorySegment.copy(tensor.ints(), at, pinned.segment(), ValueLayout.JAVA_INT, 0, count);
            case BFLOAT16 -> {
                for (int i = 0; i < count; i++) pinned.segment().setAtIndex(ValueLayout.JAVA_SHORT, i, BFloat16.of(tensor.floats()[at + i]));
            }
            case INT8 -> throw new IllegalStateException("no value is int8");
        }
    }

    /** Reads a tensor's elements from a place, after all that was launched before. */
    void read(Place place, Tensor tensor) {
        int piece = BYTES / 4, size = tensor.shape().size();
        for (int at = 0; at < size; at += piece) {
            int count = Math.min(piece, size - at);
            stream.copyToHost(pinned.segment(), place.address() + (long) at * place.type().bytes(), (long) count * place.type().bytes());
            stream.synchronize();
            unpack(tensor, at, count, place.type());
        }
    }

    private void unpack(Tensor tensor, int at, int count, Type type) {
        switch (type) {
            case FLOAT32 -> MemorySegment.copy(pinned.segment(), FLOAT, 0, tensor.floats(), at, count);
            case INT32 -> MemorySegment.copy(pinned.segment(), ValueLayout.JAVA_INT, 0, tensor.ints(), at, count);
            case BFLOAT16 -> {
                for (int i = 0; i < count; i++) tensor.floats()[at + i] = BFloat16.widen(pinned.segment().getAtIndex(ValueLayout.JAVA_SHORT, i));
            }
            case INT8 -> throw new IllegalStateException("no value is int8");
        }
    }

    /** Copies bytes of host memory to the device. Returns when they may change. */
    void write(MemorySegment bytes, long address) {
        for (long at = 0; at < bytes.byteSize(); at += BYTES) {
            long count = Math.min(BYTES, bytes.byteSize() - at);
            stream.synchronize();
            MemorySegment.copy(bytes, at, pinned.segment(), 0, count);
            stream.copyToDevice(address + at, pinned.segment(), count);
        }
    }
}
