package io.vivace.backend.cpu;

/**
 * Where the elements of a value lie: from {@code at} on in one of the two arrays.
 *
 * @param floats elements of a float32 value, or null
 * @param ints   elements of an int32 value, or null
 */
record Place(float[] floats, int[] ints, int at) {

    Object array() {
        return floats != null ? floats : ints;
    }
}
