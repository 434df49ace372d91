package io.vivace.graph;

/** What one element of a value is. How the file stores weights is another matter: {@code io.vivace.weights.StoredTensor.Storage}. */
public enum DType {
    FLOAT32,
    INT32;

    /** Bytes of one element. */
    public static final int BYTES = 4;
}
