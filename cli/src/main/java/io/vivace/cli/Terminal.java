package io.vivace.cli;

import io.vivace.OutputFailed;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where the program talks: results go to {@code out}, everything else to {@code err}.
 *
 * @param out         standard output, for data only
 * @param err         standard error, for people
 * @param interactive whether err is a terminal, where a line may be overwritten
 */
record Terminal(OutputStream out, PrintStream err, boolean interactive) {

    /** The process's own streams; the launcher says whether a person is watching. */
    static Terminal ofProcess() {
        PrintStream err = standardError();
        System.setErr(err);
        return new Terminal(new FileOutputStream(FileDescriptor.out), err, Boolean.getBoolean("vivace.terminal"));
    }

    /** Descriptor 3 when the launcher has put the terminal there, because 2 then goes through its filter for the JVM's own words. */
    private static PrintStream standardError() {
        if (System.getProperty("vivace.home") == null) return System.err;
        try {
            var direct = Files.newOutputStream(Path.of("/dev/fd/3"), StandardOpenOption.APPEND);
            return new PrintStream(direct, true, System.err.charset());
        } catch (IOException e) {
            return System.err; // a socket, for one, cannot be opened again
        }
    }

    /** Writes a line of a result. */
    void print(String line) {
        try {
            out.write((line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void flush() {
        try {
            out.flush();
            err.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutputFailed failed(IOException e) {
        return new OutputFailed("standard output cannot be written (" + e.getMessage() + "); check the program or disk behind it.", e);
    }

    /** Whether writing failed because the reader, {@code head} for one, has seen enough. */
    static boolean readerLeft(Throwable e) {
        return e.getCause() instanceof IOException io && io.getMessage() != null
                && (io.getMessage().contains("Broken pipe") || io.getMessage().contains("pipe is being closed"));
    }
}
