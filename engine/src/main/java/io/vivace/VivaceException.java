package io.vivace;

/**
 * Trouble that a user can do something about. The message is one sentence: what happened, with which value, and what to
 * do. One subclass a kind of trouble; anything else that is thrown is a bug in Vivace.
 */
public abstract sealed class VivaceException extends RuntimeException
        permits BadCheckpoint, BadRequest, Cancelled, DeviceFailed, ModelMissing, OutputFailed, TooLittleMemory {
    private static final long serialVersionUID = 1L;

    VivaceException(String message, Throwable cause) {
        super(message, cause);
    }
}
