package io.vivace;

/** Output could not be written: disk full, folder read-only, file exists. */
public final class OutputFailed extends VivaceException {
    private static final long serialVersionUID = 1L;

    public OutputFailed(String message) {
        super(message, null);
    }

    public OutputFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
