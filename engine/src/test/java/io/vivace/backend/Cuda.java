package io.vivace.backend;

import io.vivace.backend.cuda.CudaBackend;
import io.vivace.bindings.cuda.Driver;
import io.vivace.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The CUDA back end for tests: on a GPU, or on the emulated device; where there is neither, a test is skipped by name. */
public final class Cuda {
    private Cuda() {}

    public static CudaBackend open(boolean narrow) {
        Assumptions.assumeTrue(Driver.present(), () -> "SKIPPED: CUDA back end. " + Driver.whyAbsent() + " With g++ the emulated device would be built.");
        return new CudaBackend(0, narrow);
    }

    /** Results of a case; a case that fails altogether is noted, and has none. */
    static List<Map<String, Tensor>> run(OpCase c, Backend cuda, List<String> wrong) {
        try {
            return c.run(cuda);
        } catch (RuntimeException e) {
            wrong.add(c + " fails: " + e);
            return List.of();
        }
    }
}
