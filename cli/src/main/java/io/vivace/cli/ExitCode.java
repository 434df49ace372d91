package io.vivace.cli;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.Cancelled;
import io.vivace.DeviceFailed;
import io.vivace.ModelMissing;
import io.vivace.OutputFailed;
import io.vivace.TooLittleMemory;
import io.vivace.VivaceException;

/** What the process's exit status says. The numbers are a promise to scripts. */
final class ExitCode {
    static final int OK = 0;
    static final int BUG = 1;
    static final int USAGE = 2;
    static final int MODEL_MISSING = 3;
    static final int BAD_WEIGHTS = 4;
    static final int MEMORY = 5;
    static final int DEVICE = 6;
    static final int OUTPUT = 7;
    static final int CANCELLED = 130;

    private ExitCode() {}

    static int of(VivaceException e) {
        return switch (e) {
            case BadCheckpoint _ -> BAD_WEIGHTS;
            case BadRequest _ -> USAGE;
            case Cancelled _ -> CANCELLED;
            case DeviceFailed _ -> DEVICE;
            case ModelMissing _ -> MODEL_MISSING;
            case OutputFailed _ -> OUTPUT;
            case TooLittleMemory _ -> MEMORY;
        };
    }
}
