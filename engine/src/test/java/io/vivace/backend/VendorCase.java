package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Library;
import io.vivace.Profile;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.backend.cuda.Libraries;
import io.vivace.bindings.vendor.VendorLibrary;
import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Linear;
import io.vivace.graph.Rearrangement.Pad;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of NVIDIA's libraries beside our own kernels, with stand-ins on the emulated device. */
abstract class VendorCase {
    static final Libraries.Clock NEVER = (library, measured) -> {
        throw new AssertionError("nothing has to be measured");
    };
    static final OpCase PRODUCT = OpCase.of("product of 40 rows", o -> new Linear(o.normal(2, 20, 33), o.matrix(200, 33), o.vector(200),
            o.normal(2, 20, 200), Activation.GELU_ERF)).runs(3);
    static final OpCase CONVOLUTION = OpCase.of("convolution of 60 frames", o -> new Conv1d(o.normal(2, 60, 6), o.matrix(10, 18), o.vector(10), null,
            3, 1, 2, 3, 1, Pad.Mode.REFLECT, Activation.ELU)).runs(3);
    /** In bfloat16, what lies between two operations is so too; the second product reads rows out of wider ones. */
    static final List<OpCase> CHAINS = List.of(
            OpCase.of("product of a slice of a product", o -> new Linear(o.graph().add(new Linear(o.normal(2, 20, 33), o.matrix(130, 33), o.vector(130),
                    null, Activation.SILU)).slice(2, 64, 130), o.matrix(70, 66), null, null, Activation.NONE)),
            OpCase.of("convolution of a convolution", o -> new Conv1d(o.graph().add(new Conv1d(o.normal(2, 60, 6), o.matrix(10, 18), o.vector(10), null,
                    3, 1, 1, 2, 2, Pad.Mode.ZERO, Activation.ELU)), o.matrix(8, 50), null, null, 5, 2, 1, 3, 0, Pad.Mode.REPLICATE, Activation.NONE)));
    static StandIn products;
    static StandIn convolutions;

    @TempDir
    Path folder;

    @BeforeAll
    static void compile() {
        EmulatedDevice.restart();
        products = StandIn.of(VendorLibrary.CUBLASLT_13, "cublaslt.cpp");
        convolutions = StandIn.of(VendorLibrary.CUDNN_9, "cudnn.cpp");
    }

    @BeforeEach
    void restart() {
        EmulatedDevice.restart();
    }

    @AfterEach
    void nothingIsLeft() {
        EmulatedDevice.assertNothingIsLeft();
    }

    Libraries libraries(Library library, Libraries.Clock clock) {
        return new Libraries(library, List.of(products.installation(), convolutions.installation()), Optional.of(folder), clock, 0);
    }

    static Libraries.Clock faster(boolean library) {
        return (its, measured) -> {
            assertTrue(measured.getAsDouble() >= 0);
            return its == library ? 1 : 2;
        };
    }

    static CudaBackend open(Libraries libraries, boolean narrow) {
        return new CudaBackend(0, narrow, null, libraries);
    }

    /** Runs one by one, captured, and replayed; all must be as the interpreter says. Returns the operations that ran, with who ran them. */
    static List<String> run(OpCase c, Libraries libraries) {
        List<String> wrong = new ArrayList<>();
        try (Backend backend = open(libraries, false)) {
            CpuOpTest.compare(c, 1e-6, OpTest.expected(c), c.run(backend), wrong);
        }
        assertEquals(List.of(), wrong);
        return titles(c, libraries);
    }

    static List<String> titles(OpCase c, Libraries libraries) {
        var stopwatch = new Stopwatch();
        try (Backend backend = new CudaBackend(0, false, stopwatch, libraries)) {
            c.run(backend);
        }
        return stopwatch.rows().stream().map(Profile.Row::operation).toList();
    }
}
