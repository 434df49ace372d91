package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every operation on the CUDA back end, against the double-precision interpreter; on the emulated device where there is no GPU. */
class CudaOpTest {

    @Test
    void agreesWithTheReferenceInFloat32() {
        List<String> wrong = new ArrayList<>();
        try (Backend cuda = Cuda.open(false); Backend reference = new ReferenceBackend()) {
            OpTest.cases().forEach(c -> CpuOpTest.compare(c, c.run(reference), Cuda.run(c, cuda, wrong), wrong));
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " are wrong:\n" + String.join("\n", wrong));
    }
}
