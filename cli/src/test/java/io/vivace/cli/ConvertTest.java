package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checkpoints to model files. */
class ConvertTest extends CommandCase {
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
        Run.of("convert", Repository.DEMO.toString(), "-o", "-").fails(ExitCode.USAGE, "standard output");
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

    @Test void aMissingTokenizerIsSaidWhereItIsMissing() throws IOException {
        Path checkpoint = Files.createDirectory(file("checkpoint"));
        for (String name : List.of("config.json", "generation_config.json", "model.safetensors")) Files.copy(Repository.DEMO.resolve(name), checkpoint.resolve(name));
        String err = Run.of("convert", checkpoint.toString(), "-o", file("mute.viv").toString()).succeeds().err();
        assertTrue(err.contains("no tokenizer") && err.contains("spiece.model") && err.contains("convert again"), err);
        assertFalse(Run.of("convert", Repository.DEMO.toString(), "-o", file("x.viv").toString()).succeeds().err().contains("tokenizer"));
        Run.of("generate", "-m", file("mute.viv").toString(), "x", "-o", file("x.wav").toString())
                .fails(ExitCode.BAD_WEIGHTS, "mute.viv has no tokenizer", "spiece.model", "convert");
    }

    @Test void aConversionCanBeCancelled() throws IOException {
        var interrupt = new Interrupt();
        interrupt.raise();
        var terminal = new Terminal(java.io.OutputStream.nullOutputStream(), new java.io.PrintStream(java.io.OutputStream.nullOutputStream()), false);
        assertEquals(ExitCode.CANCELLED, new Vivace(terminal, interrupt).run("convert", Repository.DEMO.toString(), "-o", file("x.viv").toString(), "-q"));
        assertEquals(List.of(), names());
    }
}
