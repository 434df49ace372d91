package io.vivace.backend;

import static io.vivace.backend.SmallWork.RIGHT;
import static io.vivace.backend.SmallWork.WEIGHTS;
import static io.vivace.backend.SmallWork.assertSentence;
import static io.vivace.backend.SmallWork.compile;
import static io.vivace.backend.SmallWork.runs;
import static io.vivace.backend.SmallWork.work;
import static io.vivace.graph.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.TooLittleMemory;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.graph.Graph;
import io.vivace.weights.StoredTensor;
import io.vivace.weights.TensorEntry;
import io.vivace.weights.Weights;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the device's memory or the model's file ends: a typed error, nothing left behind, and the next piece of work is right. */
class CudaMemoryTest {
    @BeforeEach
    void restart() {
        EmulatedDevice.restart();
    }

    @AfterEach
    void nothingIsLeft() {
        EmulatedDevice.assertNothingIsLeft();
    }

    @Test
    void memoryThatRunsOutAtAnyAllocation() {
        int failures = 0;
        for (int n = 1; ; n++, failures++) {
            EmulatedDevice.set("FAIL_ALLOCATION", n);
            try (Backend backend = new CudaBackend(0, false)) {
                List<String> opened = EmulatedDevice.holds();
                try {
                    assertArrayEquals(RIGHT, work(backend));
                    break;
                } catch (TooLittleMemory e) {
                    assertSentence(e, "ran out");
                    assertEquals(withoutModules(opened), withoutModules(EmulatedDevice.holds()), "after allocation " + n + " failed");
                    assertArrayEquals(RIGHT, work(backend));
                }
            } catch (TooLittleMemory e) {
                assertSentence(e, "ran out");
            }
            assertEquals(List.of(), EmulatedDevice.holds(), "after allocation " + n + " failed");
        }
        EmulatedDevice.set("FAIL_ALLOCATION", 0);
        assertTrue(failures > 8, failures + " allocations");
    }

    /** What a cache of programs gives up must not stay on the device until the session ends. */
    @Test
    void aClosedProgramGivesItsMemoryBack() {
        try (Backend backend = new CudaBackend(0, false); Backend.Session session = backend.open(WEIGHTS)) {
            Program kept = compile(session);
            assertArrayEquals(RIGHT, runs(kept));
            List<String> before = EmulatedDevice.holds();
            Program dropped = compile(session);
            dropped.run();
            dropped.run();
            dropped.close();
            dropped.close();
            assertEquals(before, EmulatedDevice.holds());
            assertThrows(IllegalStateException.class, dropped::run);
            kept.run();
            kept.get("result");
        }
    }

    private static List<String> withoutModules(List<String> accounts) {
        return accounts.stream().filter(account -> !account.startsWith("modules")).toList();
    }

    @Test
    void memoryThatRunsOutWithinASessionLeavesTheSessionAsItWas() {
        try (Backend backend = new CudaBackend(0, false); Backend.Session session = backend.open(WEIGHTS)) {
            for (int n = 1; ; n++) {
                EmulatedDevice.set("FAIL_ALLOCATION", n);
                try {
                    assertArrayEquals(RIGHT, runs(compile(session)));
                    break;
                } catch (TooLittleMemory e) {
                    assertSentence(e, "ran out");
                }
            }
            EmulatedDevice.set("FAIL_ALLOCATION", 0);
            assertArrayEquals(RIGHT, work(backend));
        }
    }

    @Test
    void moreThanTheDeviceHasIsRefusedBeforeItIsAsked() {
        try (Backend backend = new CudaBackend(0, false); Backend.Session session = backend.open(WEIGHTS)) {
            long refused = EmulatedDevice.account("refused calls");
            Graph huge = Graph.named("huge");
            huge.output("y", huge.input("x", FLOAT32, 1 << 15, 1 << 14).affine(2, 0));
            EmulatedDevice.set("MEMORY", 1 << 30);
            assertSentence(assertThrows(TooLittleMemory.class, () -> session.compile(huge)), "Running huge needs ");
            assertEquals(refused, EmulatedDevice.account("refused calls"));
            assertArrayEquals(RIGHT, runs(compile(session)));
        }
    }

    @Test
    void weightsThatCannotBeRead() {
        try (Backend backend = new CudaBackend(0, false)) {
            List<String> opened = EmulatedDevice.holds();
            for (int n = 0; n < 3; n++) {
                var broken = new Truncated(n);
                assertThrows(BadCheckpoint.class, () -> backend.open(broken));
                assertEquals(opened, EmulatedDevice.holds());
            }
            assertArrayEquals(RIGHT, work(backend));
        }
    }

    /** Weights of which so many tensors are there. */
    private static final class Truncated implements Weights {
        private int present;

        Truncated(int present) {
            this.present = present;
        }

        @Override
        public Set<String> names() {
            return WEIGHTS.names();
        }

        @Override
        public StoredTensor get(String name) {
            return WEIGHTS.get(name);
        }

        @Override
        public List<TensorEntry> entries() {
            return WEIGHTS.entries();
        }

        @Override
        public TensorEntry entry(String name) {
            return WEIGHTS.entry(name);
        }

        @Override
        public Reader reader(TensorEntry entry) {
            if (present-- > 0) return WEIGHTS.reader(entry);
            throw new BadCheckpoint("The file ends before " + entry.name() + ".");
        }
    }
}
