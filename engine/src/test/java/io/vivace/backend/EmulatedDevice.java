package io.vivace.backend;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.bindings.cuda.Driver;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** The settings and accounts of the emulated device, see docs/emulated-device.md. Tests are skipped by name where it is not the device. */
public final class EmulatedDevice {
    private static final List<String> ZERO_WHEN_CLOSED = List.of("allocations", "pinned allocations", "registered memory", "contexts", "modules", "streams",
            "events", "graphs", "executable graphs", "pending steps", "left over");
    private static final List<String> STANDARD = List.of("FAIL_ALLOCATION", "0", "LOSE_DEVICE", "0", "MEMORY", "8589934592", "CAPABILITY", "80");

    private EmulatedDevice() {}

    /** What a new process would find: nothing is open, nothing is set to fail. What other tests have left open is gone. */
    public static void restart() {
        Assumptions.assumeTrue(Driver.present() && Driver.emulated(), "SKIPPED: faults of a device. They need the emulated one, which g++ makes.");
        invoke("vivaceEmulatorRestart", FunctionDescriptor.ofVoid());
        for (int i = 0; i < STANDARD.size(); i += 2) set(STANDARD.get(i), STANDARD.get(i + 1));
        assertEquals(0, (int) invoke("cuInit", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 0));
    }

    public static void set(String name, Object value) {
        try (Arena arena = Arena.ofConfined()) {
            var function = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
            assertEquals(0, (int) invoke("vivaceEmulatorSet", function, arena.allocateFrom(name), arena.allocateFrom(value.toString())), name);
        }
    }

    public static long account(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) invoke("vivaceEmulatorAccount", FunctionDescriptor.of(JAVA_LONG, ADDRESS), arena.allocateFrom(name));
        }
    }

    /** The names of all kernels that were launched. */
    public static Set<String> kernels() {
        var function = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            int bytes = (int) invoke("vivaceEmulatorKernels", function, MemorySegment.NULL, 0);
            MemorySegment text = arena.allocate(bytes);
            invoke("vivaceEmulatorKernels", function, text, bytes);
            return text.getString(0).lines().collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Everything that is there now, by account. */
    public static List<String> holds() {
        List<String> all = new ArrayList<>();
        for (String name : ZERO_WHEN_CLOSED) if (account(name) != 0) all.add(name + ": " + account(name));
        return all;
    }

    /** That all was given back; in any case, what comes after finds a device that works. */
    public static void assertNothingIsLeft() {
        List<String> left = holds();
        restart();
        assertEquals(List.of(), left);
    }

    private static Object invoke(String name, FunctionDescriptor function, Object... arguments) {
        MemorySegment address = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global()).findOrThrow(name);
        MethodHandle handle = Linker.nativeLinker().downcallHandle(address, function);
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
