package io.vivace.cli.parity;

/** A case that this version has no code for: skipped, and said so by name. */
final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unsupported(String what) {
        super(what, null, false, false);
    }
}
