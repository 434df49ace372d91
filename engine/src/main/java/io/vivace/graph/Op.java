package io.vivace.graph;

import java.util.List;

/**
 * One operation of a graph. A back end is one exhaustive switch over the records that implement this interface: a new
 * record does not compile until every back end says what it does with it.
 */
public sealed interface Op permits Primitive, Fused, Sampling {

    /** What is read, in the order of the record's components; absent optional operands are left out. */
    List<Value> operands();

    /**
     * Shape of the result, or null where there is none (the operation only changes state).
     *
     * @throws BadGraph if the operands do not fit, with the operation and the shapes in the message
     */
    Shape shape();

    default DType dtype() {
        return DType.FLOAT32;
    }

    /** State values that running this operation changes. */
    default List<Value> writes() {
        return List.of();
    }

    /** The operation's name in messages and profiles. */
    default String title() {
        return getClass().getSimpleName();
    }
}
