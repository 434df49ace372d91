package io.vivace.backend;

import io.vivace.backend.cuda.CudaBackend;
import io.vivace.bindings.cuda.Driver;
import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The CUDA back end for tests: on a GPU, or on the emulated device; where there is neither, a test is skipped by name. */
public final class Cuda {
    private Cuda() {}

    public static CudaBackend open(boolean narrow) {
        Assumptions.assumeTrue(Driver.present(), Cuda::absent);
        return new CudaBackend(0, narrow);
    }

    /** One in which every value has an allocation of its own. */
    static Backend isolated(boolean narrow) {
        Assumptions.assumeTrue(Driver.present(), Cuda::absent);
        return CudaBackend.isolated(narrow);
    }

    /** These back ends, and the CUDA back end in both precisions where there is a device. */
    static List<Backend> and(Backend... others) {
        List<Backend> all = new ArrayList<>(List.of(others));
        if (Driver.present()) {
            all.add(open(false));
            all.add(open(true));
        } else {
            System.err.println(absent());
        }
        return all;
    }

    private static String absent() {
        return "SKIPPED: CUDA back end. " + Driver.whyAbsent() + " Where g++ is, the build makes an emulated device.";
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
