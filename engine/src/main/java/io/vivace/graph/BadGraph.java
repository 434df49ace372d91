package io.vivace.graph;

/** Shapes or kinds of operands that do not fit together: a mistake in a model builder, named with the operation and its operands. */
public final class BadGraph extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public BadGraph(String message) {
        super(message);
    }
}
