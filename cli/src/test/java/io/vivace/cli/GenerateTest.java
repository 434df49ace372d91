package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.audio.Clip;
import io.vivace.audio.SampleFormat;
import io.vivace.audio.WavFile;
import io.vivace.audio.WavReader;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips from requests, and the files that they become. */
class GenerateTest extends CommandCase {
    @Test void composesAFileOfTheExactLength() throws IOException {
        Run run = generate("slow jazz", "--seed", "7", "-o", file("song.wav").toString()).succeeds();
        Clip clip = WavReader.read(file("song.wav"));
        assertEquals(9600, clip.frames());
        assertEquals(32000, clip.sampleRate());
        assertEquals(0, run.out().length);
        assertTrue(run.err().contains("seed 7"), run.err());
        assertTrue(run.err().contains("true peak"), run.err());
        assertTrue(generate("x", "--seconds", "0.5", "-o", file("y.wav").toString()).succeeds().err().contains("LUFS"));
        assertEquals(List.of("song.json", "song.wav", "y.json", "y.wav"), names());
    }

    @Test void theSidecarIsEnoughToMakeTheSameBytesAgain() throws IOException {
        generate("slow jazz", "-o", file("a.wav").toString(), "--top-k", "9", "--temperature", "0.8").succeeds();
        ObjectNode sidecar = json(Files.readAllBytes(file("a.json"))), request = sidecar.object("request");
        Run.of("generate", "-m", model(), request.text("prompt"), "--seconds", "" + request.number("seconds"), "--seed", "" + request.size("seed"),
                "--top-k", "" + request.integer("topK", 0, 1000), "--temperature", "" + request.number("temperature"), "--guidance",
                "" + request.number("guidance"), "--top-p", "" + request.number("topP"), "-o", file("b.wav").toString()).succeeds();
        assertArrayEquals(Files.readAllBytes(file("a.wav")), Files.readAllBytes(file("b.wav")));
        assertEquals("demo.viv", sidecar.object("model").text("file"));
        assertEquals("float32", sidecar.object("model").text("dtype"));
        assertEquals(9600, sidecar.integer("frames", 0, 1 << 20));
        assertTrue(sidecar.object("run").integer("allPasses", 1, 1 << 20) > 15);
        assertTrue(sidecar.object("loudness").has("integratedLufs") || sidecar.object("loudness").has("samplePeakDb"));
    }

    @Test void debugSaysWhatTheStartTook() {
        long started = ManagementFactory.getRuntimeMXBean().getStartTime(), before = System.currentTimeMillis();
        Run run = generate("x", "--debug", "-o", file("x.wav").toString()).succeeds();
        Matcher took = Pattern.compile("first network call (\\d+) ms after").matcher(run.err());
        assertTrue(took.find(), run.err());
        long call = started + Long.parseLong(took.group(1));
        assertTrue(before <= call && call <= System.currentTimeMillis(), run.err());
    }

    @Test void seedsAreRandomUnlessGiven() throws IOException {
        generate("x", "-o", file("a.wav").toString()).succeeds();
        generate("x", "-o", file("b.wav").toString()).succeeds();
        assertNotEquals(json(Files.readAllBytes(file("a.json"))).object("request").size("seed"),
                json(Files.readAllBytes(file("b.json"))).object("request").size("seed"));
    }

    @Test void standardOutputCarriesTheBytesOfTheFile() throws IOException {
        for (String format : List.of("16", "24", "float")) {
            byte[] streamed = generate("x", "--seed", "3", "--format", format, "-o", "-").succeeds().out();
            generate("x", "--seed", "3", "--format", format, "-o", file(format + ".wav").toString()).succeeds();
            assertArrayEquals(Files.readAllBytes(file(format + ".wav")), streamed);
        }
        assertEquals(List.of("16.json", "16.wav", "24.json", "24.wav", "float.json", "float.wav"), names());
    }

    @Test void theBytesDoNotDependOnThreadsBatchOrDeviceNeighbours() throws IOException {
        generate("x", "--seed", "5", "--threads", "1", "-o", file("one.wav").toString()).succeeds();
        generate("x", "--seed", "5", "--threads", "3", "-o", file("three.wav").toString()).succeeds();
        generate("x", "--seed", "5", "--batch", "3", "-o", file("batch.wav").toString()).succeeds();
        byte[] one = Files.readAllBytes(file("one.wav"));
        assertArrayEquals(one, Files.readAllBytes(file("three.wav")));
        assertArrayEquals(one, Files.readAllBytes(file("batch-1.wav")));
        assertFalse(Arrays.equals(one, Files.readAllBytes(file("batch-2.wav"))));
        assertTrue(names().containsAll(List.of("batch-2.json", "batch-3.json", "batch-3.wav")), names().toString());
    }

    @Test void continuesASound() throws IOException {
        generate("x", "--seed", "5", "-o", file("start.wav").toString()).succeeds();
        generate("x", "--seed", "6", "--seconds", "0.5", "--continue", file("start.wav").toString(), "-o", file("more.wav").toString()).succeeds();
        assertEquals(16000, WavReader.read(file("more.wav")).frames());
        assertTrue(json(Files.readAllBytes(file("more.json"))).object("request").text("continueSha256").length() == 64);
    }

    @Test void soundsOfEveryKindAreContinuedAndOtherFilesNamed() throws IOException {
        for (int rate : new int[] {1000, 8000, 31991, 44100, 192000}) {
            for (SampleFormat format : SampleFormat.values()) {
                WavFile.write(new Clip(new float[][] {new float[rate / 10], new float[rate / 10]}, rate), file("s.wav"), true, format);
                generate("x", "--force", "--continue", file("s.wav").toString(), "-o", file("x.wav").toString()).succeeds();
                assertEquals(9600, WavReader.read(file("x.wav")).frames());
            }
        }
        Files.delete(file("x.wav"));
        Files.delete(file("x.json"));
        Files.write(file("s.wav"), new byte[0]);
        generate("x", "--continue", file("s.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "s.wav is empty");
        Files.write(file("s.wav"), new byte[] {'I', 'D', '3', 4, 0, 0, 0, 0});
        generate("x", "--continue", file("s.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "s.wav", "MP3");
        WavFile.write(Clip.mono(new float[0], 32000), file("s.wav"), true, SampleFormat.PCM16);
        generate("x", "--continue", file("s.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "empty");
        WavFile.write(Clip.mono(new float[32000], 32000), file("s.wav"), true, SampleFormat.PCM16);
        generate("x", "--continue", file("s.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "nothing new");
        assertEquals(List.of("s.wav"), names());
    }

    @Test void jsonIsOneObjectOnStandardOutput() {
        ObjectNode result = json(generate("x", "--json", "-o", file("x.wav").toString()).succeeds().out());
        assertEquals(file("x.wav").toString(), ((ObjectNode) result.array("clips").elements().getFirst()).text("file"));
        assertTrue(result.object("run").object("passes").integer("text encoder", 0, 9) == 1);
    }

    @Test void progressCanBeJsonLines() {
        String err = generate("x", "--progress", "json", "--quiet", "-o", file("q.wav").toString()).succeeds().err();
        assertEquals("", err);
        List<String> events = generate("x", "--progress", "json", "-o", file("x.wav").toString()).succeeds().err().lines().filter(l -> l.startsWith("{")).toList();
        assertFalse(events.isEmpty());
        for (String event : events) assertEquals("progress", json(event.getBytes()).text("event"));
    }

    @Test void existingFilesAreKeptUnlessForced() throws IOException {
        Files.writeString(file("a.wav"), "mine");
        generate("x", "-o", file("a.wav").toString()).fails(ExitCode.OUTPUT, "a.wav", "--force");
        assertEquals("mine", Files.readString(file("a.wav")));
        Files.writeString(file("b.json"), "mine");
        generate("x", "-o", file("b.wav").toString()).fails(ExitCode.OUTPUT, "b.json", "--force");
        assertEquals(List.of("a.wav", "b.json"), names());
        generate("x", "--force", "-o", file("a.wav").toString()).succeeds();
        assertEquals(9600, WavReader.read(file("a.wav")).frames());
    }

    @Test void outputsThatCannotBeAreRefusedBeforeTheWork() throws IOException {
        generate("x", "-o", folder.toString()).fails(ExitCode.OUTPUT, "folder");
        generate("x", "-o", file("none/x.wav").toString()).fails(ExitCode.OUTPUT, "none");
        generate("x", "-o", "/dev/full").fails(ExitCode.OUTPUT, "device");
        generate("x", "-o", file("n".repeat(300) + ".wav").toString()).fails(ExitCode.OUTPUT, "nnn");
        assertEquals(List.of(), names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\u0007\u001b[31mred\r\n\t", "\u0000", "🎹 ピアノ", "\ud800", "<pad></s><extra_id_0>"})
    void anyShortTextIsAPrompt(String prompt) {
        String err = generate(prompt, "--seed", "1", "-o", file("x.wav").toString()).succeeds().err();
        assertFalse(err.contains("\u001b") || err.contains("\u0007"), "control characters reach the terminal");
        assertTrue(Files.exists(file("x.wav")));
    }

    @Test void aPromptMayBeginWithAnAtSign() throws IOException {
        Path secret = Files.writeString(file("secret"), "words of a file");
        generate("@" + secret, "--seconds", "0.1", "-o", file("x.wav").toString()).succeeds();
        assertEquals("@" + secret, json(Files.readAllBytes(file("x.json"))).object("request").text("prompt"));
    }

    @ParameterizedTest
    @CsvSource({"--seconds,0.001", "--seconds,1e-9", "--seconds,0.02", "--seed,-1", "--seed,9223372036854775807", "--seed,18446744073709551615", "--top-k,0",
        "--top-k,1", "--top-k,2048", "--top-k,1000000000", "--top-p,0", "--top-p,1e-9", "--top-p,1", "--temperature,0", "--temperature,1e-50",
        "--temperature,100", "--guidance,0", "--guidance,1", "--guidance,50", "--batch,1", "--batch,5"})
    void extremeValuesComposeWhatAFileCanHold(String option, String value) throws IOException {
        String err = Run.of("generate", "-m", model(), "x", "--seconds", "0.1", "--seed", "1", "-o", file("x.wav").toString(), option, value).succeeds().err();
        assertFalse(err.contains("Infinity") || err.contains("NaN"), err);
        Clip clip = WavReader.read(file(option.equals("--batch") && !value.equals("1") ? "x-5.wav" : "x.wav"));
        assertEquals(Math.max(1, option.equals("--seconds") ? Math.round(Double.parseDouble(value) * 32000) : 3200), clip.frames());
    }

    @Test void cancellingLeavesNothing() throws IOException {
        var interrupt = new Interrupt();
        interrupt.raise();
        var err = new java.io.ByteArrayOutputStream();
        var terminal = new Terminal(java.io.OutputStream.nullOutputStream(), new java.io.PrintStream(err, true), false);
        int code = new Vivace(terminal, interrupt).run("generate", "-m", model(), "x", "-o", file("x.wav").toString());
        assertEquals(ExitCode.CANCELLED, code);
        assertEquals("vivace: cancelled; nothing was kept.", err.toString().strip().lines().reduce((a, b) -> b).orElse(""));
        assertEquals(List.of(), names());
    }
}
