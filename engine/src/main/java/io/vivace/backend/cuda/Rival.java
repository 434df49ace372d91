package io.vivace.backend.cuda;

import java.util.List;
import java.util.function.Supplier;

/**
 * How a library would compute what our kernels compute too.
 *
 * @param library who it is: "cuBLASLt 13"
 * @param shape   the class of operations that a measurement is good for, without line breaks and tabs
 * @param work    makes what is to be queued; asked once, and only if it may be used, since it may take memory
 * @param y       where the result goes
 * @param bytes   from the first to the last element of the result
 */
record Rival(String library, String shape, Supplier<List<Queued>> work, Place y, long bytes) {}
