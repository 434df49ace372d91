package io.vivace;

/** What was asked for needs more memory than there is; the message has both figures. */
public final class TooLittleMemory extends VivaceException {
    private static final long serialVersionUID = 1L;

    public TooLittleMemory(String message) {
        super(message, null);
    }

    public TooLittleMemory(String message, Throwable cause) {
        super(message, cause);
    }
}
