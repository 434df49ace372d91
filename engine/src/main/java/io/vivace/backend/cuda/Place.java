package io.vivace.backend.cuda;

/**
 * Where the elements of a value lie on the device.
 *
 * @param address of the first element
 * @param stride  elements from one row (the last axis) to the next: the extent of the last axis, but for a view into wider rows
 */
record Place(long address, Type type, int stride) {

    /** Null, to a kernel, for an operand that is absent. */
    static long address(Place place) {
        return place == null ? 0 : place.address;
    }

    /** How the element type is called in the names of kernels. */
    String suffix() {
        return type.suffix();
    }
}
