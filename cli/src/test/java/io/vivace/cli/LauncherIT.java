package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.audio.WavReader;
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs of ./vivace: what only shows in a process of its own. */
@DisabledOnOs(OS.WINDOWS)
class LauncherIT extends ProcessCase {
    @Test void aBarePromptComposesInThisFolder() throws Exception {
        Run run = vivace("slow jazz", "--seconds", "0.2", "--seed", "7").succeeds();
        assertEquals(List.of("slow-jazz-7.json", "slow-jazz-7.wav"), names());
        assertEquals(4800, WavReader.read(folder.resolve("slow-jazz-7.wav")).frames());
        assertEquals(0, run.out().length);
        assertTrue(run.err().contains("as asked: style jazz"), run.err());
        assertFalse(run.err().contains("WARNING"), run.err());
    }

    /** Plain loops and vectors differ in last bits, so whoever names the file must get the same. */
    @Test void shortClipsOfTheEmbeddedModelRunOnPlainLoopsHoweverItIsNamed() throws Exception {
        Run run = vivace("x", "--seconds=1", "--seed", "3", "-o", "-").succeeds();
        assertTrue(run.err().contains("scalar"), run.err());
        byte[] named = vivace("x", "-m", Repository.ROOT.resolve("models/vivace-nano.viv").toString(), "--seconds", "1", "--seed", "3", "-o", "-").succeeds().out();
        assertArrayEquals(run.out(), named);
        assertTrue(vivace("x", "--seconds", "61", "-o", "long.wav").succeeds().err().contains("vectors"));
    }

    @Test void standardOutputIsOnlySound() throws Exception {
        byte[] streamed = vivace("x", "--seconds", "1", "--seed", "3", "-o", "-").succeeds().out();
        vivace("x", "--seconds", "1", "--seed", "3", "-o", "x.wav", "-q").succeeds();
        assertArrayEquals(Files.readAllBytes(folder.resolve("x.wav")), streamed);
    }

    @Test void aReaderThatLeavesEndsItQuietly() throws Exception {
        Run run = shell("VIVACE x --seconds 20 -q -o - | head -c 1000 | wc -c");
        assertEquals("1000", run.text().strip());
        assertEquals("", run.err());
        Run listing = shell("VIVACE inspect --tensors '" + Repository.ROOT.resolve("models/vivace-nano.viv") + "' | head -n 1").succeeds();
        assertEquals("", listing.err());
    }

    @Test void exitCodesReachTheShell() throws Exception {
        vivace("--seconds", "0", "x").fails(2, "must be above 0");
        vivace("generate", "-m", "none.viv", "x").fails(3, "none.viv");
        Files.writeString(folder.resolve("bad.viv"), "not a model");
        vivace("generate", "-m", "bad.viv", "x").fails(4, "bad.viv");
        vivace("x", "--seconds", "0.1", "-o", "none/x.wav").fails(7, "none");
        shell("VIVACE x --seconds 0.5 -q -o - >/dev/full").fails(7, "standard output");
        shell("VIVACE_JAVA_OPTIONS='-Xmx24m' VIVACE x --seconds 3000 --batch 8 -o x.wav").fails(5);
        assertEquals(List.of("bad.viv"), names());
    }

    @Test void jsonParses() throws Exception {
        JsonReader.read("output", vivace("x", "--seconds", "0.1", "--json", "-o", "x.wav").succeeds().out());
        JsonReader.read("output", vivace("plan", "--json").succeeds().out());
        JsonReader.read("output", vivace("styles", "--json").succeeds().out());
        JsonReader.read("output", vivace("doctor", "--json").succeeds().out());
        assertEquals("vivace " + Version.number(), vivace("--version").succeeds().text().strip());
    }

    /** Ctrl-C and a service manager's SIGTERM, in the middle of a long clip. */
    @Test void signalsStopItAndLeaveNothing() throws Exception {
        for (String signal : List.of("INT", "TERM")) {
            Process process = start(folder, heeding(signal, VIVACE, "x", "--seconds", "600", "--progress", "text", "-o", "x.wav"));
            awaitProgress(process);
            long raised = System.nanoTime();
            run(folder, "kill", "-" + signal, "" + process.pid()).succeeds();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), signal);
            assertTrue(System.nanoTime() - raised < 10e9, signal + " took too long");
            assertEquals(130, process.exitValue(), signal);
            assertTrue(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).contains("cancelled"), signal);
            assertEquals(List.of(), names(), signal);
        }
    }

    /** Whoever is started in the background ignores Ctrl-C, and so does all that it starts, these tests too; env can undo that. */
    private static List<String> heeding(String signal, String... command) throws Exception {
        String undo = "--default-signal=" + signal;
        boolean can = run(Repository.ROOT, "env", undo, "true").code() == 0;
        return Stream.concat(can ? Stream.of("env", undo) : Stream.of(), Stream.of(command)).toList();
    }

    @Test void aKillLeavesNoFileUnderTheFinalName() throws Exception {
        Process process = start(folder, List.of(VIVACE, "x", "--seconds", "600", "--progress", "text", "-o", "x.wav"));
        awaitProgress(process);
        process.destroyForcibly().waitFor();
        assertTrue(names().stream().allMatch(name -> name.startsWith(".vivace-") && name.endsWith(".part")), names().toString());
    }

    private static void awaitProgress(Process process) throws IOException {
        var seen = new StringBuilder();
        while (seen.indexOf(" left") < 0) {
            int next = process.getErrorStream().read();
            assertTrue(next >= 0, seen.toString());
            seen.append((char) next);
        }
    }

    /** Root may write into any folder but those of the kernel. */
    @Test void aReadOnlyFolderIsSaid() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            vivace("x", "--seconds", "0.1", "-o", root ? "/sys/x.wav" : "x.wav").fails(7, "nothing can be written into folder");
            assertEquals(List.of(), names());
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** The shell's limit on the size of a file stands in for a disk that fills. */
    @Test void aDiskThatFillsLeavesNothing() throws Exception {
        for (String work : List.of("x --seconds 10 -q -o x.wav", "convert '" + Repository.DEMO + "' -o x.viv")) {
            Run run = shell("trap '' XFSZ; ulimit -f 64; exec VIVACE " + work);
            assertEquals(7, run.code(), run.err());
            assertTrue(run.err().matches("(?s).*vivace: x\\.(wav|viv): writing failed \\(.+\\) and nothing was kept; .*"), run.err());
            assertEquals(List.of(), names());
        }
    }

    /** A small hostile file must be refused in little time and little memory. */
    @Test void hostileFilesAreRefusedQuickly() throws Exception {
        byte[] demo = Files.readAllBytes(Repository.DEMO.resolve("model.safetensors"));
        Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
        Files.copy(Repository.DEMO.resolve("config.json"), checkpoint.resolve("config.json"));
        String deep = "[".repeat(200_000);
        byte[] nested = new byte[8 + deep.length()];
        java.nio.ByteBuffer.wrap(nested).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(deep.length()).put(deep.getBytes(StandardCharsets.UTF_8));
        for (byte[] bad : List.of(nested, Arrays.copyOf(demo, demo.length / 3))) {
            Files.write(checkpoint.resolve("model.safetensors"), bad);
            long start = System.nanoTime();
            vivace("convert", "checkpoint", "-o", "x.viv").fails(4, "model.safetensors");
            assertTrue(System.nanoTime() - start < 20e9);
        }
        assertEquals(List.of("checkpoint"), names());
    }
}
