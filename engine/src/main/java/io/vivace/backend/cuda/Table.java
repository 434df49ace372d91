package io.vivace.backend.cuda;

/** A table of rows on the device, row-major. */
record Table(long address, Type type, int rows, int channels) {}
