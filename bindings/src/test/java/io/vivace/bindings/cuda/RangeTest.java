package io.vivace.bindings.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vivace.bindings.StandIn;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void withoutAProfilerNothingHappens() {
        try (Range outer = Range.of("prefill"); Range inner = Range.of("layer 0")) {
            assertEquals(outer, inner);
        }
        assertNull(Profiler.attach(null));
        assertNull(Profiler.attach(""));
        assertNull(Profiler.attach("/no/such/library.so"));
    }

    @Test
    void aLibraryThatIsNoProfilerIsLeftAlone() {
        assertNull(Profiler.attach(StandIn.compiled("libcuda.cpp", "libcuda.so.1").toString()));
    }

    @Test
    void aProfilerHears() {
        Path library = StandIn.compiled("profiler.cpp", "libprofiler.so");
        Profiler profiler = Profiler.attach(library.toString());
        try (Arena arena = Arena.ofConfined()) {
            profiler.push(arena.allocateFrom("prefill"));
            profiler.push(arena.allocateFrom("layer 0 – attention"));
            profiler.pop();
            profiler.pop();
        }
        assertEquals("<prefill<layer 0 – attention>>", StandIn.loaded("profiler.cpp", "libprofiler.so").text("standin_heard"));
    }
}
