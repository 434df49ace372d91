package io.vivace.backend.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed crew of threads that share out the tasks of one region at a time. Which thread takes a task is left to chance; what a task computes
 * does not depend on it. A decode step has some two hundred regions of some ten microseconds, so idle threads spin before they park.
 */
final class Pool implements AutoCloseable {

    /** Work that falls into independent tasks. */
    @FunctionalInterface
    interface Region {
        /** @param thread number of the calling thread, for its scratch memory */
        void work(int task, int thread);
    }

    private static final int SPINS = 2000;

    /** Tasks of the current region (high half) and the next one that nobody has claimed (low half), so that a late claim cannot be mistaken. */
    private final AtomicLong claims = new AtomicLong();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger sleepers = new AtomicInteger();
    private final Thread[] workers;
    private Region region;
    private volatile Throwable failure;
    private volatile boolean closed;

    Pool(int threads) {
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            int number = i + 1;
            workers[i] = Thread.ofPlatform().daemon().name("vivace-cpu-" + number).unstarted(() -> serve(number));
        }
        for (Thread worker : workers) worker.start();
    }

    int threads() {
        return workers.length + 1;
    }

    /** Runs all tasks and returns when they are done. For one caller at a time. */
    void run(Region work, int tasks) {
        if (tasks <= 1 || workers.length == 0) {
            for (int task = 0; task < tasks; task++) work.work(task, 0);
            return;
        }
        region = work;
        finished.setPlain(0);
        claims.set((long) tasks << 32);
        if (sleepers.get() > 0) for (Thread worker : workers) LockSupport.unpark(worker);
        drain(0);
        for (int spins = 0; finished.get() < tasks; spins++) {
            if (spins < SPINS) Thread.onSpinWait();
            else Thread.yield();
        }
        if (failure != null) rethrow();
    }

    private void drain(int thread) {
        int done = 0;
        for (long claim = claims.getAndIncrement(); isTask(claim); claim = claims.getAndIncrement()) {
            try {
                region.work((int) claim, thread);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            done++;
        }
        if (done > 0) finished.addAndGet(done);
    }

    private static boolean isTask(long claim) {
        return (int) claim < (int) (claim >>> 32);
    }

    private void serve(int number) {
        while (!closed) {
            for (int spins = 0; spins < SPINS && !isTask(claims.get()); spins++) Thread.onSpinWait();
            if (!isTask(claims.get())) sleep();
            drain(number);
        }
    }

    private void sleep() {
        sleepers.incrementAndGet();
        while (!closed && !isTask(claims.get())) LockSupport.park(this);
        sleepers.decrementAndGet();
    }

    private void rethrow() {
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof RuntimeException e) throw e;
        if (thrown instanceof Error e) throw e;
        throw new IllegalStateException(thrown);
    }

    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) LockSupport.unpark(worker);
    }
}
