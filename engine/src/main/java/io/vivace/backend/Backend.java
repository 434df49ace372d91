package io.vivace.backend;

import io.vivace.Profile;
import io.vivace.graph.Graph;
import io.vivace.weights.Weights;
import java.util.List;

/** Runs graphs. Nothing above this interface knows where. */
public interface Backend extends AutoCloseable {

    /** For people: "cpu, AVX-512, 2 threads". */
    String description();

    /** Memory of the device that holds weights, states and programs; 0 where they lie in the process's own. */
    default long deviceBytes() {
        return 0;
    }

    /** Where the time went, if this back end was opened to take it. */
    default Profile profile() {
        return new Profile(List.of(), 0);
    }

    /** A set of states, and the programs that share them, over the weights of one model. */
    Session open(Weights weights);

    @Override
    void close();

    /** Owns the states of one piece of work. Not safe for use by several threads at once. */
    interface Session extends AutoCloseable {

        /** Plans memory and chooses kernels. States are shared by name with the session's other programs, so their shapes must agree. */
        Program compile(Graph graph);

        /** Sets every state to zero. */
        void reset();

        @Override
        void close();
    }
}
