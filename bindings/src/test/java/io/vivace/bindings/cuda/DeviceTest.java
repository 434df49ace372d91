package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.bindings.StandIn;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device and what lies on it, against a driver that keeps accounts. */
class DeviceTest {
    private StandIn driver;

    @BeforeEach
    void load() {
        driver = StandInDriver.get();
    }

    @AfterEach
    void everythingWasGivenBack() {
        if (driver == null) return;
        assertEquals(0, driver.ask("standin_live"));
        assertEquals(0, driver.ask("standin_retained"));
    }

    @Test
    void saysWhatItIs() {
        assertTrue(Driver.present(), Driver.whyAbsent());
        assertEquals("", Driver.whyAbsent());
        assertEquals(13_000, Driver.version());
        assertEquals(1, Driver.devices());
        try (Device device = Device.open(0)) {
            assertEquals("Vivace stand-in", device.name());
            assertEquals(0, device.ordinal());
            assertEquals("9.0", device.computeMajor() + "." + device.computeMinor());
            assertEquals(132, device.multiprocessors());
            assertEquals(4L << 30, device.totalBytes());
            assertEquals(3L << 30, device.freeBytes());
        }
    }

    @Test
    void bytesGoThereAndBack() {
        try (Device device = Device.open(0); DeviceMemory there = device.allocate(4096); DeviceMemory also = device.allocate(4096);
                PinnedMemory here = device.pin(4096); Stream stream = device.stream()) {
            assertEquals(4096, there.bytes());
            assertEquals(4, device.live());
            for (int i = 0; i < 1024; i++) here.segment().setAtIndex(JAVA_FLOAT, i, i);
            stream.copyToDevice(there.address(), here.segment(), 4096);
            stream.copy(also.address() + 4, there.address(), 4092);
            stream.fill(also.address(), 0x3f, 4);
            here.segment().fill((byte) 0);
            stream.copyToHost(here.segment(), also.address(), 4096);
            stream.synchronize();
            assertTrue(stream.query());
            assertEquals(0x3f3f3f3f, here.segment().get(java.lang.foreign.ValueLayout.JAVA_INT, 0));
            for (int i = 1; i < 1024; i++) assertEquals(i - 1, here.segment().getAtIndex(JAVA_FLOAT, i));
        }
    }

    @Test
    void hostMemoryIsChecked() {
        try (Device device = Device.open(0); DeviceMemory there = device.allocate(64); Stream stream = device.stream()) {
            PinnedMemory here = device.pin(64);
            MemorySegment bytes = here.segment();
            assertThrows(IndexOutOfBoundsException.class, () -> stream.copyToDevice(there.address(), bytes, 65));
            assertThrows(IllegalArgumentException.class, () -> stream.copyToHost(MemorySegment.ofArray(new float[16]), there.address(), 64));
            here.close();
            assertThrows(IllegalStateException.class, () -> stream.copyToDevice(there.address(), bytes, 64));
            assertThrows(IllegalStateException.class, () -> bytes.fill((byte) 1));
        }
    }

    @Test
    void anErrorHasTheDriversNameForIt() {
        try (Device device = Device.open(0)) {
            driver.fail("cuMemAlloc_v2", 2);
            CudaError full = assertThrows(CudaError.class, () -> device.allocate(1L << 40));
            assertEquals("the GPU's driver refused cuMemAlloc(1099511627776 bytes): CUDA_ERROR_OUT_OF_MEMORY (2)", full.getMessage());
            assertEquals(2, full.code());
            assertEquals("CUDA_ERROR_OUT_OF_MEMORY", full.name());
            assertEquals("cuMemAlloc(1099511627776 bytes)", full.call());
            assertTrue(full.outOfMemory());
            assertFalse(full.deviceLost());
            driver.fail("cuMemHostAlloc", 2);
            assertTrue(assertThrows(CudaError.class, () -> device.pin(64)).outOfMemory());
            driver.fail("cuStreamCreate", 98765);
            assertEquals("CUDA_ERROR_98765", assertThrows(CudaError.class, device::stream).name());
            assertEquals(0, device.live());
        }
        assertEquals("CUDA_ERROR_INVALID_DEVICE", assertThrows(CudaError.class, () -> Device.open(7)).name());
    }

    @Test
    void aDeviceThatCannotBeUsedIsGivenBack() {
        driver.fail("cuCtxSetCurrent", 46);
        assertThrows(CudaError.class, () -> Device.open(0));
    }

    @Test
    void closingTwiceIsClosingOnce() {
        try (Device device = Device.open(0)) {
            DeviceMemory memory = device.allocate(64);
            memory.close();
            int freed = driver.count("cuMemFree_v2");
            memory.close();
            assertEquals(freed, driver.count("cuMemFree_v2"));
            assertEquals(0, device.live());
            device.close();
            assertThrows(IllegalStateException.class, () -> device.allocate(1));
        }
    }

    @Test
    void aDeviceClosesWhatWasForgotten() {
        Device device = Device.open(0);
        device.allocate(64);
        device.pin(64);
        device.stream();
        device.event();
        device.module(StandInDriver.IMAGE);
        assertEquals(5, device.live());
        device.close();
        assertEquals(0, device.live());
    }

    @Test
    void whatCannotBeFreedIsReported() {
        Device device = Device.open(0);
        DeviceMemory memory = device.allocate(64);
        driver.fail("cuMemFree_v2", 1);
        assertEquals("cuMemFree(64 bytes)", assertThrows(CudaError.class, memory::close).call());
        DeviceMemory other = device.allocate(64);
        other.close();
        device.close();
        assertEquals(1, driver.ask("standin_live"));
        driver.ask("standin_forget");
    }

    @Test
    void otherThreadsAskForTheContext() {
        try (Device device = Device.open(0); DeviceMemory memory = device.allocate(64); Stream stream = device.stream()) {
            CompletableFuture<Void> without = CompletableFuture.runAsync(() -> stream.fill(memory.address(), 0, 64), run -> new Thread(run).start());
            CudaError error = (CudaError) assertThrows(CompletionException.class, without::join).getCause();
            assertEquals("CUDA_ERROR_INVALID_CONTEXT", error.name());
            CompletableFuture.runAsync(() -> {
                device.makeCurrent();
                stream.fill(memory.address(), 0, 64);
            }, run -> new Thread(run).start()).join();
        }
    }

    @Test
    void twoUsersShareTheContext() {
        Device first = Device.open(0), second = Device.open(0);
        DeviceMemory memory = second.allocate(64);
        first.close();
        memory.close();
        second.close();
    }

    @Test
    void aLostDeviceClosesQuietlyAndOpensAgain() {
        Device device = Device.open(0);
        DeviceMemory memory = device.allocate(64);
        Stream stream = device.stream();
        Function crash = device.module(StandInDriver.IMAGE).function("crash");
        try (java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined()) {
            stream.launch(LaunchBlock.of(arena, crash, 1, 1, 1, 32, 0));
        }
        CudaError error = assertThrows(CudaError.class, stream::synchronize);
        assertEquals("CUDA_ERROR_ILLEGAL_ADDRESS", error.name());
        assertTrue(error.deviceLost());
        memory.close();
        stream.close();
        device.close();
        try (Device again = Device.open(0); DeviceMemory works = again.allocate(64)) {
            assertNotEquals(0, works.address());
        }
    }

    @Test
    void twoHundredRounds() {
        for (int i = 0; i < 200; i++)
            try (Device device = Device.open(0); DeviceMemory memory = device.allocate(1024); Stream stream = device.stream()) {
                stream.fill(memory.address(), i, 1024);
            }
    }

    @Test
    void eventsMeasureTime() throws InterruptedException {
        try (Device device = Device.open(0); Stream stream = device.stream(); Event from = device.event(); Event to = device.event()) {
            from.record(stream);
            Thread.sleep(2);
            to.record(stream);
            to.synchronize();
            assertTrue(to.millisSince(from) >= 2, "milliseconds");
        }
    }
}
