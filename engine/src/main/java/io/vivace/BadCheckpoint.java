package io.vivace;

/** A checkpoint, model file, tokenizer or config that is damaged, hostile, or not what it says it is. */
public final class BadCheckpoint extends VivaceException {
    private static final long serialVersionUID = 1L;

    public BadCheckpoint(String message) {
        super(message, null);
    }

    public BadCheckpoint(String message, Throwable cause) {
        super(message, cause);
    }
}
