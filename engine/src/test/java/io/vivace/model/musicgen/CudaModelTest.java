package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Cancelled;
import io.vivace.Device;
import io.vivace.DeviceFailed;
import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Precision;
import io.vivace.Progress;
import io.vivace.Request;
import io.vivace.TooLittleMemory;
import io.vivace.audio.Clip;
import io.vivace.backend.EmulatedDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole models on the emulated device: the same bytes however a clip is made, and faults that end a run and nothing else. */
class CudaModelTest {
    private static final Request REQUEST = Request.of("dark techno").withSeconds(0.2).withSeed(7);

    @TempDir
    static Path folder;
    private static Path file;

    @BeforeAll
    static void write() {
        file = TinyModel.mono().window(50).write(folder);
    }

    @BeforeEach
    void restart() {
        EmulatedDevice.restart();
    }

    @AfterEach
    void nothingIsLeft() {
        EmulatedDevice.assertNothingIsLeft();
    }

    private static MusicModel open(Precision precision) {
        return MusicModel.open(file, Options.standard().withDevice(Device.CUDA).withPrecision(precision));
    }

    @Test
    void streamedWholeAndInABatch() {
        for (Precision precision : List.of(Precision.F32, Precision.BF16)) {
            try (var model = open(precision)) {
                Request request = REQUEST.withSeconds(0.5).withContinuation(TinyModel.tone(TinyModel.RATE, 0.1));
                Clip whole = model.generate(request);
                assertEquals(whole, model.generate(request));
                assertEquals(whole, joined(model, request));
                assertEquals(whole, model.generate(List.of(request.withPrompt("a longer prompt with many words").withSeed(3), request)).get(1));
            }
        }
    }

    private static Clip joined(MusicModel model, Request request) {
        List<Clip> chunks = new ArrayList<>();
        model.stream(request, new Listener() {
            @Override
            public void chunk(Clip chunk) {
                chunks.add(chunk);
            }
        });
        var samples = new float[chunks.stream().mapToInt(Clip::frames).sum()];
        int at = 0;
        for (Clip chunk : chunks) {
            System.arraycopy(chunk.samples()[0], 0, samples, at, chunk.frames());
            at += chunk.frames();
        }
        return Clip.mono(samples, TinyModel.RATE);
    }

    @Test
    void autoNeverTakesTheEmulatedDevice() {
        try (var model = MusicModel.open(file)) {
            assertTrue(model.info().device().startsWith("cpu"), model.info().device());
            model.generate(REQUEST);
        }
        assertEquals(0, EmulatedDevice.account("launches"));
    }

    @Test
    void memoryThatRunsOutEndsOneRequest() {
        Clip right = generate();
        int failures = 0;
        for (int n = 1; ; n += 3, failures++) {
            EmulatedDevice.set("FAIL_ALLOCATION", n);
            try (var model = open(Precision.F32)) {
                try {
                    assertEquals(right, model.generate(REQUEST));
                    break;
                } catch (TooLittleMemory e) {
                    assertTrue(e.getMessage().startsWith("The memory of Vivace emulated device ran out"), e.getMessage());
                    assertEquals(right, model.generate(REQUEST));
                }
            } catch (TooLittleMemory e) {
                assertTrue(e.getMessage().contains("ran out"), e.getMessage());
            }
            assertEquals(List.of(), EmulatedDevice.holds(), "after allocation " + n + " failed");
        }
        assertTrue(failures > 10, failures + " failures");
    }

    private static Clip generate() {
        try (var model = open(Precision.F32)) {
            return model.generate(REQUEST);
        }
    }

    @Test
    void aDeviceLostInTheMiddle() {
        Clip right = generate();
        long kernels = EmulatedDevice.account("launches");
        for (long kernel : new long[] {1, kernels / 10, kernels / 2, kernels * 9 / 10}) {
            EmulatedDevice.restart();
            try (var model = open(Precision.F32)) {
                EmulatedDevice.set("LOSE_DEVICE", kernel);
                for (int i = 0; i < 2; i++) {
                    var failed = assertThrows(DeviceFailed.class, () -> model.generate(REQUEST), "kernel " + kernel);
                    assertTrue(failed.getMessage().contains("is lost: ") && failed.getMessage().endsWith("."), failed.getMessage());
                }
            }
            assertEquals(List.of(), EmulatedDevice.holds(), "kernel " + kernel);
        }
        EmulatedDevice.restart();
        assertEquals(right, generate());
    }

    /** Asks before each pass, of whatever stage, whether it should end. */
    @Test
    void cancelledBeforeEachPassAndTheNextIsRight() {
        try (var model = open(Precision.F32)) {
            Clip right = model.generate(REQUEST);
            int cancelled = 0;
            for (int stop : new int[] {1, 2, 3, 4, 10, 30, 31, 32, 33}) {
                var listener = new Listener() {
                    private int asked;

                    @Override
                    public boolean cancelled() {
                        return ++asked >= stop;
                    }
                };
                try {
                    assertEquals(right, model.compose(List.of(REQUEST), listener).clips().getFirst());
                } catch (Cancelled e) {
                    cancelled++;
                    assertEquals(stop, listener.asked, "went on");
                }
                assertEquals(right, model.generate(REQUEST));
            }
            assertTrue(cancelled >= 6, cancelled + " cancelled");
        }
    }

    @Test
    void closedWhileItGenerates() {
        Clip right = generate();
        var model = open(Precision.F32);
        var begun = new CompletableFuture<Void>();
        CompletableFuture<Clip> clip = CompletableFuture.supplyAsync(() -> model.compose(List.of(REQUEST), new Listener() {
            @Override
            public void progress(Progress progress) {
                begun.complete(null);
            }
        }).clips().getFirst());
        begun.join();
        model.close();
        assertEquals(right, clip.join());
        assertThrows(IllegalStateException.class, () -> model.generate(REQUEST));
        model.close();
    }
}
