package io.vivace.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vivace.bindings.generated.driver.DriverCalls;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The signatures of the warm path are those of cuda.h. */
class CallsTest {
    @BeforeEach
    void load() {
        StandInDriver.get();
    }

    private static FunctionDescriptor plain(FunctionDescriptor generated) {
        MemoryLayout[] arguments = generated.argumentLayouts().stream().map(a -> a instanceof AddressLayout ? JAVA_LONG : a).toArray(MemoryLayout[]::new);
        return FunctionDescriptor.of(generated.returnLayout().orElseThrow(), arguments);
    }

    @Test
    void sameAsGenerated() {
        assertEquals(plain(DriverCalls.cuLaunchKernel$descriptor()), Calls.LAUNCHES);
        assertEquals(plain(DriverCalls.cuGraphLaunch$descriptor()), Calls.REPLAYS);
        assertEquals(plain(DriverCalls.cuMemcpyHtoDAsync_v2$descriptor()), Calls.COPIES);
        assertEquals(plain(DriverCalls.cuMemcpyDtoHAsync_v2$descriptor()), Calls.COPIES);
        assertEquals(plain(DriverCalls.cuMemcpyDtoDAsync_v2$descriptor()), Calls.COPIES);
        assertEquals(plain(DriverCalls.cuMemsetD8Async$descriptor()), Calls.FILLS);
    }
}
