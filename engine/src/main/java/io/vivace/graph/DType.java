package io.vivace.graph;

/** What one element of a value is. How weights are stored in the file is another matter: see {@code io.vivace.weights.Storage}. */
public enum DType {
    FLOAT32,
    INT32;

    /** Bytes of one element. */
    public static final int BYTES = 4;
}
