package io.vivace.backend.cpu;

/** One operation of a program, with everything about its operands decided. Running it allocates nothing. */
@FunctionalInterface
interface Kernel {
    void run();
}
