package io.vivace.backend;

import static io.vivace.backend.SmallWork.RIGHT;
import static io.vivace.backend.SmallWork.WEIGHTS;
import static io.vivace.backend.SmallWork.assertSentence;
import static io.vivace.backend.SmallWork.compile;
import static io.vivace.backend.SmallWork.graph;
import static io.vivace.backend.SmallWork.runs;
import static io.vivace.backend.SmallWork.work;
import static io.vivace.graph.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.DeviceFailed;
import io.vivace.backend.cuda.CudaBackend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong with a device: a typed error or the right result, nothing left on it, and the next piece of work is right. */
class CudaRobustTest {
    @BeforeEach
    void restart() {
        EmulatedDevice.restart();
    }

    @AfterEach
    void nothingIsLeft() {
        EmulatedDevice.assertNothingIsLeft();
    }

    @Test
    void aLostDevice() {
        for (int kernel = 1; ; kernel++) {
            EmulatedDevice.restart();
            try (Backend backend = new CudaBackend(0, false); Backend.Session session = backend.open(WEIGHTS)) {
                Program program = compile(session);
                EmulatedDevice.set("LOSE_DEVICE", kernel);
                try {
                    assertArrayEquals(RIGHT, runs(program));
                    break;
                } catch (DeviceFailed e) {
                    assertSentence(e, "is lost");
                }
                assertSentence(assertThrows(DeviceFailed.class, program::run), "is lost");
                assertSentence(assertThrows(DeviceFailed.class, () -> compile(session)), "is lost");
                assertTrue(backend.description().startsWith("cuda:0, Vivace emulated device"), backend.description());
            }
            assertEquals(List.of(), EmulatedDevice.holds());
            assertSentence(assertThrows(DeviceFailed.class, () -> new CudaBackend(0, false)), "GPU 0");
            EmulatedDevice.restart();
            try (Backend fresh = new CudaBackend(0, false)) {
                assertArrayEquals(RIGHT, work(fresh));
            }
        }
        EmulatedDevice.set("LOSE_DEVICE", 0);
    }

    @Test
    void kernelsWithoutThisArchitecture() {
        EmulatedDevice.set("CAPABILITY", 50);
        try (Backend backend = new CudaBackend(0, false)) {
            assertSentence(assertThrows(DeviceFailed.class, () -> work(backend)), "compute capability 5.0");
            EmulatedDevice.set("CAPABILITY", 80);
            assertArrayEquals(RIGHT, work(backend));
        }
    }

    @Test
    void anotherGpuThanThereIs() {
        assertSentence(assertThrows(DeviceFailed.class, () -> new CudaBackend(7, false)), "GPU 7");
    }

    @Test
    void twoBackendsOnOneDevice() {
        try (Backend one = new CudaBackend(0, false); Backend other = new CudaBackend(0, false);
                Backend.Session first = one.open(WEIGHTS); Backend.Session second = other.open(WEIGHTS)) {
            Program here = compile(first), there = compile(second);
            CompletableFuture<float[]> elsewhere = CompletableFuture.supplyAsync(() -> runs(there));
            assertArrayEquals(RIGHT, runs(here));
            assertArrayEquals(RIGHT, elsewhere.join());
            other.close();
            first.reset();
            assertArrayEquals(RIGHT, runs(here));
        }
    }

    @Test
    void closedTwiceAndInAnyOrder() {
        var backend = new CudaBackend(0, false);
        Backend.Session session = backend.open(WEIGHTS), open = backend.open(WEIGHTS);
        Program program = compile(session), running = compile(open);
        assertArrayEquals(RIGHT, runs(program));
        session.close();
        session.close();
        assertThrows(IllegalStateException.class, program::run);
        assertThrows(IllegalStateException.class, () -> program.get("result"));
        assertThrows(IllegalStateException.class, () -> session.compile(graph()));
        assertArrayEquals(RIGHT, runs(running));
        running.run();
        backend.close();
        backend.close();
        open.close();
        assertThrows(IllegalStateException.class, running::run);
        assertThrows(IllegalStateException.class, () -> backend.open(WEIGHTS));
    }

    @Test
    void closedWhileAnotherThreadRuns() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            var backend = new CudaBackend(0, false);
            Program program = compile(backend.open(WEIGHTS));
            var begun = new CountDownLatch(1);
            CompletableFuture<Void> runner = CompletableFuture.runAsync(() -> {
                program.set("sum", Tensor.zeros(FLOAT32, Shape.of(2, 2)));
                while (true) {
                    assertArrayEquals(RIGHT, runs(program));
                    program.set("sum", Tensor.zeros(FLOAT32, Shape.of(2, 2)));
                    begun.countDown();
                }
            });
            begun.await();
            Thread.sleep(i % 5);
            backend.close();
            Throwable cause = assertThrows(RuntimeException.class, runner::join).getCause();
            assertEquals("the GPU was closed", cause.getMessage());
            assertEquals(List.of(), EmulatedDevice.holds());
        }
    }

    @Test
    void openedAndClosedManyTimes() {
        for (int i = 0; i < 200; i++) {
            try (Backend backend = new CudaBackend(0, i % 2 == 1)) {
                if (i % 10 == 0) assertArrayEquals(RIGHT, work(backend));
                else backend.open(WEIGHTS);
            }
            assertEquals(List.of(), EmulatedDevice.holds(), "after " + (i + 1) + " times");
        }
    }
}
