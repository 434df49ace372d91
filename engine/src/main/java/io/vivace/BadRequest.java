package io.vivace;

/** A request or an option that cannot be served as asked. */
public final class BadRequest extends VivaceException {
    private static final long serialVersionUID = 1L;

    public BadRequest(String message) {
        super(message, null);
    }

    public BadRequest(String message, Throwable cause) {
        super(message, cause);
    }
}
