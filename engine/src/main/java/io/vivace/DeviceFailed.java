package io.vivace;

/** The asked-for device is missing or failed. */
public final class DeviceFailed extends VivaceException {
    private static final long serialVersionUID = 1L;

    public DeviceFailed(String message) {
        super(message, null);
    }

    public DeviceFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
