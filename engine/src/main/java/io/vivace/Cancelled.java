package io.vivace;

/** The caller, or Ctrl-C, stopped the work. */
public final class Cancelled extends VivaceException {
    private static final long serialVersionUID = 1L;

    public Cancelled(String message) {
        super(message, null);
    }

    public Cancelled(String message, Throwable cause) {
        super(message, cause);
    }
}
