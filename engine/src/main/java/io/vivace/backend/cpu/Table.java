package io.vivace.backend.cpu;

import io.vivace.graph.Value;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A table of rows, read where it lies: an embedding table of a model is not copied. */
sealed interface Table {
    Value value();

    void read(int row, float[] into, int at);

    /** Adds a row to what is there. */
    void add(int row, float[] into, int at);

    /** The number of a row, if there is one of that number. */
    default int checked(int row) {
        if (row >= 0 && row < value().shape().at(0)) return row;
        throw new IndexOutOfBoundsException("Gather of row " + row + " leaves " + value() + " with its rows 0 to " + (value().shape().at(0) - 1));
    }

    static Table of(Value value, Place place) {
        return new Plain(value, place);
    }

    /** Null where the tensor is stored in a form that has to be unpacked first. */
    static Table of(Value value, StoredTensor tensor) {
        if (tensor.layout() != Layout.ROW_MAJOR) return null;
        if (tensor.storage() == Storage.BFLOAT16) return new BFloat16(value, tensor.bytes());
        return tensor.storage() == Storage.FLOAT32 ? new Float32(value, tensor.bytes()) : null;
    }

    record Plain(Value value, Place place) implements Table {
        @Override
        public void read(int row, float[] into, int at) {
            System.arraycopy(place.floats(), place.at() + row * channels(), into, at, channels());
        }

        @Override
        public void add(int row, float[] into, int at) {
            int from = place.at() + row * channels();
            for (int i = 0; i < channels(); i++) into[at + i] += place.floats()[from + i];
        }

        private int channels() {
            return value.shape().last();
        }
    }

    record Float32(Value value, MemorySegment bytes) implements Table {
        @Override
        public void read(int row, float[] into, int at) {
            int channels = value.shape().last();
            MemorySegment.copy(bytes, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * row * channels, into, at, channels);
        }

        @Override
        public void add(int row, float[] into, int at) {
            int channels = value.shape().last();
            long from = 4L * row * channels;
            for (int i = 0; i < channels; i++) into[at + i] += bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from + 4L * i);
        }
    }

    record BFloat16(Value value, MemorySegment bytes) implements Table {
        @Override
        public void read(int row, float[] into, int at) {
            for (int i = 0; i < value.shape().last(); i++) into[at + i] = element(row, i);
        }

        @Override
        public void add(int row, float[] into, int at) {
            for (int i = 0; i < value.shape().last(); i++) into[at + i] += element(row, i);
        }

        private float element(int row, int channel) {
            long at = 2 * ((long) row * value.shape().last() + channel);
            return Float.intBitsToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) << 16);
        }
    }
}
