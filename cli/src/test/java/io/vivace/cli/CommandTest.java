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
import io.vivace.weights.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command from its arguments to its files, in this process, with the demo checkpoint. */
class CommandTest {
    @TempDir static Path models;
    @TempDir Path folder;

    @BeforeAll static void convert() {
        Run.of("convert", Repository.DEMO.toString(), "-o", model()).succeeds();
    }

    private static String model() {
        return models.resolve("demo.viv").toString();
    }

    private static Run generate(String... args) {
        return Run.of(Stream.concat(Stream.of("generate", "-m", model(), "--seconds", "0.3"), Arrays.stream(args)).toArray(String[]::new));
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static ObjectNode json(byte[] bytes) {
        return JsonReader.read("output", bytes);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

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
    @CsvSource({"--seconds,0", "--seconds,-1", "--seconds,NaN", "--seconds,31536000", "--seconds,Infinity", "--seconds,long", "--temperature,-1",
        "--temperature,NaN", "--top-k,-1", "--top-k,1.5", "--top-p,1.5", "--guidance,-1", "--batch,0", "--batch,100000", "--seed,x", "--seed,1e3",
        "--threads,-1", "--device,abacus", "--format,8", "--progress,loud", "--nonsense,1"})
    void impossibleValuesAreWrongUsage(String option, String value) throws IOException {
        generate("x", "-o", file("x.wav").toString(), option, value).fails(ExitCode.USAGE, value.equals("1") ? option : value.replace("31536000", "3.1536E7"));
        assertEquals(List.of(), names());
    }

    @Test void wrongUsageIsExplained() {
        Run.of("generate", "-m", model()).fails(ExitCode.USAGE, "PROMPT");
        generate("x", "y", "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "y");
        generate("x", "-o", "-", "--batch", "2").fails(ExitCode.USAGE, "--batch");
        generate("x", "-o", "-", "--json").fails(ExitCode.USAGE, "--json");
        generate("x".repeat(3000), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "3000");
        generate("x", "--melody", file("none.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "none.wav");
        assertEquals(0, Run.of().code());
    }

    @Test void aMelodyNeedsAMelodyModel() {
        WavFile.write(Clip.mono(new float[32000], 32000), file("tune.wav"), false, SampleFormat.PCM16);
        generate("x", "--melody", file("tune.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "melody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\u0007\u001b[31mred\r\n\t", "\u0000", "🎹 ピアノ", "\ud800", "<pad></s><extra_id_0>"})
    void anyShortTextIsAPrompt(String prompt) {
        String err = generate(prompt, "--seed", "1", "-o", file("x.wav").toString()).succeeds().err();
        assertFalse(err.contains("\u001b") || err.contains("\u0007"), "control characters reach the terminal");
        assertTrue(Files.exists(file("x.wav")));
    }

    @Test void namesOutOfPromptsAreHarmless() {
        assertEquals(Path.of("slow-jazz-7.wav"), OutputName.of("Slow  Jazz!", 7));
        assertEquals(Path.of("etc-passwd-1.wav"), OutputName.of("../../etc/passwd", 1));
        assertEquals(Path.of("untitled-1.wav"), OutputName.of("\u0000🎹", 1));
        assertEquals(Path.of("cafe-con-leche-18446744073709551615.wav"), OutputName.of("café con leche", -1));
        assertEquals(48, OutputName.of("x".repeat(1000), 1).toString().length() + 2);
        assertEquals(Path.of("a/song.json"), OutputName.sidecar(Path.of("a/song.wav")));
        assertEquals(Path.of("a/song.ogg.json"), OutputName.sidecar(Path.of("a/song.ogg")));
        assertEquals(Path.of("a/song-2.wav"), OutputName.numbered(Path.of("a/song.wav"), 2));
    }

    @Test void missingModelsAreSaid() {
        Run.of("generate", "-m", file("none.viv").toString(), "x", "-o", file("x.wav").toString()).fails(ExitCode.MODEL_MISSING, "none.viv");
        Run.of("generate", "x", "-o", file("x.wav").toString()).fails(ExitCode.MODEL_MISSING, "-m");
        Run.of("inspect", file("none.viv").toString()).fails(ExitCode.MODEL_MISSING, "none.viv");
        Run.of("plan", "-m", file("none.viv").toString()).fails(ExitCode.MODEL_MISSING, "none.viv");
        Run.of("convert", file("none").toString(), "-o", file("x.viv").toString()).fails(ExitCode.MODEL_MISSING, "none");
    }

    /** A bit of the header, of the data, and the length: each is noticed. */
    @Test void damagedModelsAreRefused() throws IOException {
        byte[] good = Files.readAllBytes(models.resolve("demo.viv"));
        Path bad = file("bad.viv");
        for (int length : new int[] {0, 7, 15, 16, 100, 4096, good.length / 2, good.length - 1}) {
            Files.write(bad, Arrays.copyOf(good, length));
            for (String command : List.of("inspect", "plan", "generate")) refuse(command, bad);
        }
        for (int at : new int[] {0, 7, 9, 13, 20, 500}) {
            byte[] flipped = good.clone();
            flipped[at] ^= 0x10;
            Files.write(bad, flipped);
            refuse("generate", bad);
        }
        byte[] flipped = good.clone();
        flipped[good.length - 100_000] ^= 1;
        Files.write(bad, flipped);
        Run.of("inspect", "--verify", bad.toString()).fails(ExitCode.BAD_WEIGHTS, "bad.viv", "check sum");
        Files.delete(bad);
        assertEquals(List.of(), names());
    }

    private void refuse(String command, Path bad) {
        refuse(command, bad, "bad.viv");
    }

    private void refuse(String command, Path bad, String word) {
        String[] args = switch (command) {
            case "inspect" -> new String[] {"inspect", bad.toString()};
            case "plan" -> new String[] {"plan", "-m", bad.toString()};
            default -> new String[] {"generate", "-m", bad.toString(), "x", "-o", file("x.wav").toString()};
        };
        Run.of(args).fails(ExitCode.BAD_WEIGHTS, word);
    }

    @Test void foldersAndForeignFilesAreNoModels() throws IOException {
        Run.of("inspect", folder.toString()).fails(ExitCode.BAD_WEIGHTS, "regular file");
        Path pointer = file("lfs.viv");
        Files.writeString(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n");
        Run.of("inspect", pointer.toString()).fails(ExitCode.BAD_WEIGHTS, "lfs.viv");
        Path weights = Repository.GOLDEN.resolve("text/bert/checkpoint");
        Run.of("convert", weights.toString(), "-o", file("bert.viv").toString()).succeeds();
        Run.of("generate", "-m", file("bert.viv").toString(), "x", "-o", file("x.wav").toString()).fails(ExitCode.BAD_WEIGHTS, "bert");
    }

    @Test void damagedCheckpointsAreRefusedAndLeaveNothing() throws IOException {
        Path checkpoint = Files.createDirectory(file("checkpoint"));
        for (String name : List.of("config.json", "generation_config.json", "spiece.model", "tokenizer_config.json")) {
            Files.copy(Repository.DEMO.resolve(name), checkpoint.resolve(name));
        }
        byte[] good = Files.readAllBytes(Repository.DEMO.resolve("model.safetensors"));
        Path weights = checkpoint.resolve("model.safetensors");
        byte[] huge = good.clone();
        ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
        for (byte[] bad : List.of(new byte[0], Arrays.copyOf(good, 1000), Arrays.copyOf(good, good.length - 1), huge)) {
            Files.write(weights, bad);
            Run.of("convert", checkpoint.toString(), "-o", file("x.viv").toString()).fails(ExitCode.BAD_WEIGHTS, "model.safetensors");
        }
        Files.write(weights, good);
        Files.writeString(checkpoint.resolve("config.json"), Files.readString(checkpoint.resolve("config.json")).replace("\"hidden_size\": 64", "\"hidden_size\": 72"));
        Run.of("convert", checkpoint.toString(), "-o", file("x.viv").toString()).fails(ExitCode.BAD_WEIGHTS);
        assertEquals(List.of("checkpoint"), names());
    }

    @Test void convertsToTheSameBytesAndKeepsWhatExists() throws IOException {
        for (String type : List.of("f32", "bf16", "int8")) {
            Path a = file(type + "-a.viv"), b = file(type + "-b.viv");
            Run.of("convert", Repository.DEMO.toString(), "-o", a.toString(), "--dtype", type).succeeds();
            Run.of("convert", Repository.DEMO.toString(), "-o", b.toString(), "--dtype", type, "-q").succeeds();
            assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
            Run.of("generate", "-m", a.toString(), "x", "--seconds", "0.1", "-o", file(type + ".wav").toString()).succeeds();
        }
        Run.of("convert", Repository.DEMO.toString(), "-o", file("f32-a.viv").toString()).fails(ExitCode.OUTPUT, "f32-a.viv", "--force");
        Run.of("convert", Repository.DEMO.toString(), "-o", file("f32-a.viv").toString(), "--force").succeeds();
        Run.of("convert", Repository.DEMO.toString(), "-o", file("x.viv").toString(), "--dtype", "f8").fails(ExitCode.USAGE, "f8");
        Run.of("convert", Repository.DEMO.toString()).fails(ExitCode.USAGE, "--output");
    }

    @Test void inspectTellsWhatIsInside() {
        String text = Run.of("inspect", model(), "--tensors", "--verify").succeeds().text();
        assertTrue(text.contains("musicgen") && text.contains("check sums right") && text.contains("decoder.heads"), text);
        ObjectNode document = json(Run.of("inspect", model(), "--json", "--tensors").succeeds().out());
        assertEquals("musicgen", document.text("family"));
        assertEquals(document.integer("tensorCount", 1, 1000), document.array("tensors").elements().size());
        assertTrue(document.object("provenance").array("inputs").elements().size() > 0);
    }

    @Test void planCountsBytesAndPasses() {
        ObjectNode one = json(Run.of("plan", "-m", model(), "--seconds", "30", "--json").succeeds().out());
        ObjectNode four = json(Run.of("plan", "-m", model(), "--seconds", "30", "--batch", "4", "--json").succeeds().out());
        assertEquals(625 * 30, one.integer("musicLmPasses", 0, 1 << 20));
        assertTrue(one.integer("allPasses", 1, 1 << 20) >= 1500);
        assertTrue(four.size("stateBytes") > 3 * one.size("stateBytes"));
        assertEquals(one.size("weightBytes"), four.size("weightBytes"));
        assertTrue(Run.of("plan", "-m", model()).succeeds().text().contains("MusicLM"));
    }

    @Test void doctorComposes() {
        String text = Run.of("doctor", "-m", model()).succeeds().text();
        assertTrue(text.contains("composed 1 s") && text.contains("jdk") && text.contains("gpu"), text);
        assertTrue(json(Run.of("doctor", "-m", model(), "--json").succeeds().out()).text("jdk").contains("25"));
    }

    @Test void doctorKnowsTheVersionsThatCorruptTheHeap() {
        for (String bad : List.of("25", "25.0.1", "25.0.2+10")) assertTrue(DoctorCommand.corruptsHeap(Runtime.Version.parse(bad)), bad);
        for (String good : List.of("25.0.3+9", "25.0.4", "26", "27.0.1")) assertFalse(DoctorCommand.corruptsHeap(Runtime.Version.parse(good)), good);
    }

    @Test void everyOptionIsInTheHelpWithItsEnvironmentTwin() {
        assertEquals("VIVACE_TOP_K", Vivace.variable("--top-k"));
        for (String command : List.of("generate", "convert", "inspect", "plan", "parity", "doctor")) {
            String help = Run.of(command, "--help").succeeds().text();
            assertTrue(help.contains("VIVACE_TOP_K") && help.contains("Exit status"), help);
        }
        String help = Run.of("generate", "--help").text();
        for (String expected : List.of("--seconds", "Default: 10", "--top-k", "Default: 250", "--continue", "--melody", "--batch", "--force")) {
            assertTrue(help.contains(expected), expected);
        }
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

    @Test void aConversionCanBeCancelled() throws IOException {
        var interrupt = new Interrupt();
        interrupt.raise();
        var terminal = new Terminal(java.io.OutputStream.nullOutputStream(), new java.io.PrintStream(java.io.OutputStream.nullOutputStream()), false);
        assertEquals(ExitCode.CANCELLED, new Vivace(terminal, interrupt).run("convert", Repository.DEMO.toString(), "-o", file("x.viv").toString(), "-q"));
        assertEquals(List.of(), names());
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

    @Test void aPromptMayBeginWithAnAtSign() throws IOException {
        Path secret = Files.writeString(file("secret"), "words of a file");
        generate("@" + secret, "--seconds", "0.1", "-o", file("x.wav").toString()).succeeds();
        assertEquals("@" + secret, json(Files.readAllBytes(file("x.json"))).object("request").text("prompt"));
    }

    @Test void namesThatNoFileCanHaveAreWrongUsage() throws IOException {
        generate("x", "-o", "").fails(ExitCode.USAGE, "--output", "empty");
        generate("x", "-o", file("x.wav").toString(), "-m", "").fails(ExitCode.USAGE, "--model", "empty");
        generate("x", "-o", "a\u0000b.wav").fails(ExitCode.USAGE, "--output", "no name of a file");
        Run.of("convert", Repository.DEMO.toString(), "-o", "").fails(ExitCode.USAGE, "--output");
        assertEquals(List.of(), names());
    }

    @Test void variablesThatAreEmptyOrNoOptionsAreIgnored() {
        var terminal = new Terminal(java.io.OutputStream.nullOutputStream(), System.err, false);
        var options = new picocli.CommandLine(new GenerateCommand(terminal, new Interrupt())).getCommandSpec();
        var variables = java.util.Map.of("VIVACE_TOP_K", "7", "VIVACE_SECONDS", "", "VIVACE_VERSION", "1.0", "VIVACE_HELP", "1");
        assertEquals("7", Vivace.environment(options.findOption("--top-k"), variables));
        for (String name : List.of("--seconds", "--version", "--help", "--seed")) {
            assertEquals(null, Vivace.environment(options.findOption(name), variables), name);
        }
    }

    @Test void aMissingTokenizerIsSaidWhereItIsMissing() throws IOException {
        Path checkpoint = Files.createDirectory(file("checkpoint"));
        for (String name : List.of("config.json", "generation_config.json", "model.safetensors")) Files.copy(Repository.DEMO.resolve(name), checkpoint.resolve(name));
        String err = Run.of("convert", checkpoint.toString(), "-o", file("mute.viv").toString()).succeeds().err();
        assertTrue(err.contains("no tokenizer") && err.contains("spiece.model") && err.contains("convert again"), err);
        assertFalse(Run.of("convert", Repository.DEMO.toString(), "-o", file("x.viv").toString()).succeeds().err().contains("tokenizer"));
        Run.of("generate", "-m", file("mute.viv").toString(), "x", "-o", file("x.wav").toString())
                .fails(ExitCode.BAD_WEIGHTS, "mute.viv has no tokenizer", "spiece.model", "convert");
    }

    /** The demo model with another header, whose check sum is right: that stops accidents, not people. */
    private Path forged(String from, String to) throws IOException {
        ByteBuffer good = ByteBuffer.wrap(Files.readAllBytes(models.resolve("demo.viv"))).order(ByteOrder.LITTLE_ENDIAN);
        String json = new String(good.array(), 16, good.getInt(8), StandardCharsets.UTF_8);
        assertTrue(json.contains(from), json.substring(0, 2000));
        byte[] header = json.replace(from, to).getBytes(StandardCharsets.UTF_8);
        var crc = new CRC32C();
        crc.update(header);
        int data = Math.ceilDiv(16 + good.getInt(8), 4096) * 4096, start = Math.ceilDiv(16 + header.length, 4096) * 4096;
        ByteBuffer bad = ByteBuffer.allocate(start + good.capacity() - data).order(ByteOrder.LITTLE_ENDIAN);
        bad.put(good.array(), 0, 8).putInt(header.length).putInt((int) crc.getValue()).put(header).position(start);
        return Files.write(file("forged.viv"), bad.put(good.array(), data, good.capacity() - data).array());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"hidden\":64|\"hidden\":1048576", "\"hidden\":64|\"hidden\":-64", "\"hidden\":64|\"hidden\":\"64\"",
        "\"heads\":|\"heads\":0", "\"codebooks\":|\"codebooks\":9", "\"vocab\":|\"vocab\":9",
        "\"config\":{|\"config\":{},\"x\":{", "\"family\":\"musicgen\"|\"family\":\"jukebox\""})
    void configsThatLieAreRefused(String from, String to) throws IOException {
        Path bad = forged(from, to);
        refuse("plan", bad, "");
        refuse("generate", bad, "");
        assertEquals(List.of("forged.viv"), names());
    }

    @Test void modelsCannotCommandTheTerminal() throws Exception {
        Path file = forged("decoder.heads", "decoder\\u001b");
        String text = Run.of("inspect", "--tensors", "--verify", file.toString()).succeeds().text();
        assertTrue(text.contains("decoder? "), text);
        for (Run run : List.of(Run.of("inspect", "--tensors", file.toString()), Run.of("inspect", "--tensors", "--json", file.toString()),
                Run.of("generate", "-m", file.toString(), "x", "-o", file("x.wav").toString()), Run.of("inspect", file("\u001b[31m").toString()),
                generate("\u009b31m", "--json", "-o", file("n\u001b\u009b31m.wav").toString()))) {
            assertFalse((run.text() + run.err()).matches("(?s).*[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f].*"), run.text() + run.err());
        }
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

    @Test void debugShowsWhereItWentWrong() {
        assertTrue(Run.of("inspect", "--debug", file("none.viv").toString()).err().contains("\tat "));
    }
}
