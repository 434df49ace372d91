package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.graph.Value;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Running an operation again allocates nothing. On the scalar loops: vectors are objects until the compiler has replaced them, which
 * takes more runs than a test should make. Top-p is left out, because the JDK's sort takes a little memory of its own.
 */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 5;

    @Test
    void runningAgainAllocatesNothing() {
        try (Backend cpu = new CpuBackend(1, true)) {
            List<String> allocating = OpTest.cases().filter(c -> c.runs() == 1)
                    .filter(c -> leastAllocation(c, cpu) > 0).map(OpCase::name).toList();
            assertEquals(List.of(), allocating);
        }
    }

    /** Bytes of the run that allocated least: what the virtual machine does on the side hits one run, an allocation hits all. */
    private static long leastAllocation(OpCase c, Backend cpu) {
        Operands operands = new Operands(c.name(), c.storage());
        Value result = operands.graph().add(c.op().apply(operands));
        operands.graph().output("result", result);
        Program program = cpu.open(operands.weights()).compile(operands.graph());
        operands.tensors().forEach(program::set);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            program.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
