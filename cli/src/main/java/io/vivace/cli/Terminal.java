package io.vivace.cli;

import io.vivace.OutputFailed;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

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
        return new Terminal(new FileOutputStream(FileDescriptor.out), System.err, Boolean.getBoolean("vivace.terminal"));
    }

    /** What a file or a prompt says, without what could command the terminal. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }

    /** Writes a line of a result. */
    void print(String line) {
        try {
            out.write((plain(line) + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Writes a line for people. */
    void tell(String line) {
        err.println(plain(line));
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
