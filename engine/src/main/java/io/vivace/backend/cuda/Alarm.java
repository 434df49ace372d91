package io.vivace.backend.cuda;

/**
 * Where a kernel reports data at fault, and as which operation.
 *
 * @param trouble address of two int32: node + 1 and value of the first report
 * @param node    number of the operation in its program
 */
record Alarm(long trouble, int node) {}
