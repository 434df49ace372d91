package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.bindings.StandIn;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kernels: loaded, launched, captured and replayed. */
class LaunchTest {
    private StandIn driver;
    private Device device;
    private Module module;
    private Stream stream;
    private DeviceMemory memory;
    private PinnedMemory host;
    private final Arena arena = Arena.ofConfined();

    @BeforeEach
    void open() {
        driver = StandInDriver.get();
        device = Device.open(0);
        module = device.module(StandInDriver.IMAGE);
        stream = device.stream();
        memory = device.allocate(1024);
        host = device.pin(1024);
        stream.fill(memory.address(), 0, 1024);
    }

    @AfterEach
    void close() {
        if (device != null) device.close();
        arena.close();
        if (driver != null) assertEquals(0, driver.ask("standin_live"));
    }

    private float first() {
        stream.copyToHost(host.segment(), memory.address(), 1024);
        stream.synchronize();
        return host.segment().get(JAVA_FLOAT, 0);
    }

    private LaunchBlock add(float value) {
        return LaunchBlock.of(arena, module.function("add"), 1, 1, 1, 128, 0, memory.address(), 256, Float.floatToRawIntBits(value));
    }

    @Test
    void argumentsArriveAsTheyAre() {
        LaunchBlock block = LaunchBlock.of(arena, module.function("store"), 3, 2, 4, 256, 1024,
                memory.address(), -7, Long.MIN_VALUE + 3, Float.floatToRawIntBits(0.1f));
        stream.launch(block);
        assertArrayEquals(new int[] {3, 2, 4, 256, 1, 1, 1024}, IntStream.range(0, 7).map(i -> driver.ask("standin_last_launch", i)).toArray());
        first();
        assertEquals(-7, host.segment().get(JAVA_INT, 0));
        assertEquals(Long.MIN_VALUE + 3, host.segment().get(JAVA_LONG_UNALIGNED, 8));
        assertEquals(0.1f, host.segment().get(JAVA_FLOAT, 16));
        stream.launch(LaunchBlock.of(arena, module.function("nothing"), 1, 1, 1, 32, 0));
    }

    @Test
    void aBlockMayBeLaunchedAgain() {
        LaunchBlock block = add(0.5f);
        for (int i = 0; i < 10; i++) stream.launch(block);
        assertEquals(5, first());
    }

    @Test
    void aFreedBlockIsNotLaunched() {
        LaunchBlock block;
        try (Arena brief = Arena.ofConfined()) {
            block = LaunchBlock.of(brief, module.function("nothing"), 1, 1, 1, 32, 0);
        }
        assertThrows(IllegalStateException.class, () -> stream.launch(block));
    }

    @Test
    void aRefusedLaunchSaysWhich() {
        driver.fail("cuLaunchKernel", 1);
        CudaError error = assertThrows(CudaError.class, () -> stream.launch(add(1)));
        assertEquals("the GPU's driver refused cuLaunchKernel(add, grid 1 x 1 x 1, 128 threads, 0 bytes shared): CUDA_ERROR_INVALID_VALUE (1)",
                error.getMessage());
    }

    @Test
    void muchSharedMemoryIsAskedFor() {
        Function kernel = module.function("nothing");
        LaunchBlock block = LaunchBlock.of(arena, kernel, 1, 1, 1, 32, 64 << 10);
        assertThrows(CudaError.class, () -> stream.launch(block));
        kernel.setDynamicSharedBytes(64 << 10);
        stream.launch(block);
        CudaError tooMuch = assertThrows(CudaError.class, () -> kernel.setDynamicSharedBytes(1 << 20));
        assertEquals("cuFuncSetAttribute(nothing, dynamic shared memory, 1048576 bytes)", tooMuch.call());
        kernel.setDynamicSharedBytes(0);
    }

    @Test
    void aKernelTellsWhatItNeeds() {
        Function kernel = module.function("add");
        assertEquals(40, kernel.registers());
        assertEquals(16, kernel.localBytes());
        assertEquals(1024, kernel.sharedBytes());
        assertEquals("cuModuleGetFunction(no_such)", assertThrows(CudaError.class, () -> module.function("no_such")).call());
    }

    @Test
    void anImageForOtherDevicesIsToldFromABrokenOne() {
        assertTrue(assertThrows(CudaError.class, () -> device.module("old".getBytes(StandardCharsets.US_ASCII))).noCodeForDevice());
        assertEquals("CUDA_ERROR_INVALID_IMAGE", assertThrows(CudaError.class, () -> device.module(new byte[100])).name());
        assertThrows(CudaError.class, () -> device.module(new byte[0]));
    }

    @Test
    void aGraphRepeatsWhatWasRecorded() {
        CapturedGraph graph = CapturedGraph.of(stream, () -> {
            try (Arena brief = Arena.ofConfined()) {
                stream.launch(LaunchBlock.of(brief, module.function("add"), 1, 1, 1, 128, 0, memory.address(), 256, Float.floatToRawIntBits(1)));
            }
            stream.launch(add(2));
            stream.copyToHost(host.segment(), memory.address(), 4);
        });
        assertEquals(3, graph.nodes());
        assertEquals(0, first(), "nothing ran while it was recorded");
        for (int i = 1; i <= 100; i++) {
            graph.launch(stream);
            stream.synchronize();
            assertEquals(3 * i, host.segment().get(JAVA_FLOAT, 0));
        }
        graph.close();
        assertEquals(4, device.live());
    }

    @Test
    void aFailedRecordingLeavesTheStreamUsable() {
        IllegalStateException own = new IllegalStateException("of the body");
        assertEquals(own, assertThrows(IllegalStateException.class, () -> CapturedGraph.of(stream, () -> {
            stream.launch(add(1));
            throw own;
        })));
        stream.launch(add(1));
        assertEquals(1, first());
    }

    @Test
    void everyStepOfRecordingMayFail() {
        for (String call : new String[] {"cuStreamBeginCapture_v2", "cuGraphGetNodes", "cuGraphInstantiateWithFlags", "cuGraphUpload"}) {
            driver.fail(call, 2);
            assertTrue(assertThrows(CudaError.class, () -> CapturedGraph.of(stream, () -> stream.launch(add(1)))).outOfMemory(), call);
            assertEquals(4, device.live());
        }
        CapturedGraph graph = CapturedGraph.of(stream, () -> stream.launch(add(1)));
        driver.fail("cuGraphLaunch", 719);
        assertTrue(assertThrows(CudaError.class, () -> graph.launch(stream)).deviceLost());
    }

    @Test
    void waitingWhileRecordingIsRefused() {
        assertEquals("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
                assertThrows(CudaError.class, () -> CapturedGraph.of(stream, stream::synchronize)).name());
    }

    @Test
    void slotsAreLittleEndian() {
        assertEquals(java.nio.ByteOrder.LITTLE_ENDIAN, ValueLayout.JAVA_LONG.order(), "an int must lie at the start of its slot");
    }
}
