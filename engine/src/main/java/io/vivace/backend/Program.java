package io.vivace.backend;

import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Tensor;

/** A compiled graph, ready to run any number of times without allocating. */
public interface Program {

    /** Copies a tensor into an input or a state of this graph, by name. Shape and type must agree. */
    Program set(String name, Tensor value);

    /**
     * Runs all operations once: one network evaluation. A device may still be at it when this returns; what was wrong with the data is then thrown
     * by the next {@code get}.
     */
    void run();

    /** Copies an output or a state, by name, into a tensor of its shape. */
    void get(String name, Tensor into);

    /** An output or a state, by name, as a new tensor. */
    Tensor get(String name);

    MemoryPlan memory();

    /** Gives back what only this program holds; states stay. It cannot run any more. Closing the session does so too. */
    default void close() {}
}
