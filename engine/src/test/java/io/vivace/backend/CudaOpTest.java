package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every operation on the CUDA back end, against the double-precision interpreter; on the emulated device where there is no GPU. */
class CudaOpTest {
    /** Half a unit of bfloat16 is 2⁻⁹ of a value, and operands, weights and results are rounded so; where few products cancel, an error of 2.8e-2 is left. */
    private static final double BF16_TOLERANCE = 3e-2;

    @Test
    void agreesWithTheReferenceInFloat32() {
        List<String> wrong = new ArrayList<>();
        try (Backend cuda = Cuda.open(false); Backend reference = new ReferenceBackend()) {
            OpTest.cases().forEach(c -> CpuOpTest.compare(c, c.tolerance(), c.run(reference), Cuda.run(c, cuda, wrong), wrong));
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " are wrong:\n" + String.join("\n", wrong));
    }

    @Test
    void staysCloseToTheReferenceInBfloat16() {
        List<String> wrong = new ArrayList<>();
        try (Backend cuda = Cuda.open(true); Backend reference = new ReferenceBackend()) {
            OpTest.cases().forEach(c -> {
                List<Map<String, Tensor>> actual = Cuda.run(c, cuda, wrong);
                CpuOpTest.compare(c, BF16_TOLERANCE, c.run(reference), actual, wrong);
            });
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " are wrong:\n" + String.join("\n", wrong));
    }
}
