package io.vivace;

/** The named model, or a part of it that the request needs, is not there. */
public final class ModelMissing extends VivaceException {
    private static final long serialVersionUID = 1L;

    public ModelMissing(String message) {
        super(message, null);
    }

    public ModelMissing(String message, Throwable cause) {
        super(message, cause);
    }
}
