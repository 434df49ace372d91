package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A run of the command line in this process: exit status, standard output, standard error. */
record Run(int code, byte[] out, String err) {

    static Run of(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(out, new PrintStream(err, true, StandardCharsets.UTF_8), false);
        int code = new Vivace(terminal, new Interrupt()).run(args);
        return new Run(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    String text() {
        return new String(out, StandardCharsets.UTF_8);
    }

    Run succeeds() {
        assertEquals(0, code, err);
        return this;
    }

    /** With that status, one sentence that has these words, nothing on standard output, and no stack trace. */
    Run fails(int status, String... words) {
        assertEquals(status, code, err);
        assertEquals(0, out.length, "standard output of a failure");
        String last = err.strip().lines().reduce((a, b) -> b).orElse("");
        assertTrue(last.startsWith("vivace: "), err);
        for (String word : words) assertTrue(last.contains(word), "\"" + word + "\" in: " + last);
        assertFalse(err.contains("\tat "), err);
        return this;
    }
}
