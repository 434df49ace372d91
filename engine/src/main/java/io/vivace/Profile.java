package io.vivace;

import java.time.Duration;
import java.util.List;

/**
 * Where the time of all runs went since the model was opened, operation by operation.
 *
 * @param rows           the slowest first
 * @param bytesPerSecond what the device copies, read and written bytes together: no operation can move its operands faster; 0 where it was not measured
 */
public record Profile(List<Row> rows, double bytesPerSecond) {

    /**
     * All runs of one kind of operation in one kind of program.
     *
     * @param program   the graph's name
     * @param operation the operation's name
     * @param count     how often it ran
     * @param bytes     of its operands and results, as they lie in memory, of all runs together
     */
    public record Row(String program, String operation, long count, Duration time, long bytes) {

        public double bytesPerSecond() {
            return time.isZero() ? 0 : bytes / (time.toNanos() * 1e-9);
        }
    }
}
