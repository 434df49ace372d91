package io.vivace.cli;

import io.vivace.file.AtomicFile;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C and SIGTERM as a flag that long work looks at between its steps. */
final class Interrupt {
    private static final long MOST_SECONDS = 20;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean heeded;
    private volatile boolean raised;

    /** Listens to the signals of this process, and waits for the work to tidy up before the process ends. */
    static Interrupt ofProcess() {
        var interrupt = new Interrupt();
        Runtime.getRuntime().addShutdownHook(new Thread(interrupt::shutDown, "interrupt"));
        return interrupt;
    }

    private void shutDown() {
        if (finished.getCount() == 0) return;
        raised = true;
        if (!heeded) Runtime.getRuntime().halt(ExitCode.CANCELLED);
        try {
            finished.await(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        AtomicFile.abandon();
        Runtime.getRuntime().halt(ExitCode.CANCELLED);
    }

    /** Promises that the work from here on looks at {@link #raised}; a signal then waits for it, else it ends the process at once. */
    void heed() {
        heeded = true;
    }

    void raise() {
        raised = true;
    }

    boolean raised() {
        return raised;
    }

    /** Says that there is nothing left to tidy up. */
    void done() {
        finished.countDown();
    }
}
