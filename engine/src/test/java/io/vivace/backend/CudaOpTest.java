package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every operation on the CUDA back end, against the double-precision interpreter; on the emulated device where there is no GPU. */
class CudaOpTest {
    @Test
    void agreesWithTheReferenceInFloat32() {
        List<String> wrong = new ArrayList<>();
        try (Backend cuda = Cuda.open(false)) {
            OpTest.cases().forEach(c -> CpuOpTest.compare(c, c.tolerance(), OpTest.expected(c), Cuda.run(c, cuda, wrong), wrong));
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " are wrong:\n" + String.join("\n", wrong));
    }

    @Test
    void staysCloseToTheReferenceInBfloat16() {
        List<String> wrong = new ArrayList<>();
        try (Backend cuda = Cuda.open(true)) {
            OpTest.cases().forEach(c -> {
                List<Map<String, Tensor>> actual = Cuda.run(c, cuda, wrong);
                CpuOpTest.compare(c, c.tolerance(true), OpTest.expected(c), actual, wrong);
            });
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " are wrong:\n" + String.join("\n", wrong));
    }

    /** Every value has an allocation of its own here, and the emulated device guards the ends of each. */
    @Test
    void noKernelLeavesItsOperands() {
        List<String> wrong = new ArrayList<>();
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.isolated(narrow)) {
                OpTest.cases().forEach(c -> Cuda.run(c, cuda, wrong));
            }
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " are wrong:\n" + String.join("\n", wrong));
    }
}
