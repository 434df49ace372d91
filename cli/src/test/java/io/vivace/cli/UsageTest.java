package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.audio.Clip;
import io.vivace.audio.SampleFormat;
import io.vivace.audio.WavFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users may ask for, in what words, and what they are told when they may not. */
class UsageTest extends CommandCase {
    @ParameterizedTest
    @CsvSource({"--seconds,0", "--seconds,-1", "--seconds,NaN", "--seconds,31536000", "--seconds,Infinity", "--seconds,long", "--temperature,-1",
        "--temperature,NaN", "--top-k,-1", "--top-k,1.5", "--top-p,1.5", "--guidance,-1", "--batch,0", "--batch,100000", "--seed,x", "--seed,1e3",
        "--guidance,NaN", "--steps,0", "--steps,10000", "--schedule,cosine", "--solver,best", "--guidance-interval,0.5",
        "--guidance-interval,0.8:0.2", "--guidance-interval,a:b", "--prompt-tokens,a", "--threads,-1", "--device,abacus", "--library,mine", "--draft,guess",
        "--format,8", "--progress,loud", "--nonsense,1"})
    void impossibleValuesAreWrongUsage(String option, String value) throws IOException {
        generate("x", "-o", file("x.wav").toString(), option, value).fails(ExitCode.USAGE, value.equals("1") ? option : value.replace("31536000", "3.1536E7").replace(":0.2", ""));
        assertEquals(List.of(), names());
    }

    @Test void wrongUsageIsExplained() {
        Run.of("generate", "-m", model()).fails(ExitCode.USAGE, "PROMPT");
        generate("x", "y", "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "y");
        generate("x", "-o", "-", "--batch", "2").fails(ExitCode.USAGE, "--batch");
        generate("x", "-o", "-", "--json").fails(ExitCode.USAGE, "--json");
        generate("x".repeat(3000), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "3000");
        generate("x", "--melody", file("none.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "none.wav");
        generate("x", "--top-k", "many", "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "'many' is not a whole number;");
        assertEquals(0, Run.of().code());
    }

    @Test void helpIsGivenInTheWayOfOtherProgramsToo() {
        assertEquals(Run.of("--help").succeeds().text(), Run.of("help").succeeds().text());
        assertEquals(Run.of("plan", "--help").succeeds().text(), Run.of("help", "plan").succeeds().text());
    }

    @Test void aPromptThatBeginsWithADashComesAfterTwo() throws IOException {
        Run.of("generate", "-m", model(), "--seconds", "0.1", "-o", file("x.wav").toString(), "--", "-5 degrees").succeeds();
        assertEquals("-5 degrees", json(Files.readAllBytes(file("x.json"))).object("request").text("prompt"));
        assertTrue(Run.of("generate", "--help").text().contains("after --"));
    }

    @Test void aMelodyNeedsAMelodyModel() {
        WavFile.write(Clip.mono(new float[32000], 32000), file("tune.wav"), false, SampleFormat.PCM16);
        generate("x", "--melody", file("tune.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "melody");
    }

    @Test void aModelOfTokensDenoisesNothing() {
        generate("x", "--steps", "5", "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "leave away steps");
        generate("x", "--solver", "second-order", "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "solver");
        WavFile.write(Clip.mono(new float[32000], 32000), file("song.wav"), false, SampleFormat.PCM16);
        generate("x", "--infill", file("song.wav").toString(), "--from", "0.1", "--to", "0.2", "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "gap");
        generate("x", "--infill", file("song.wav").toString(), "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "--from");
        generate("x", "--prompt-tokens", "3,17", "-o", file("x.wav").toString()).fails(ExitCode.USAGE, "prompt tokens");
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
        assertEquals("true", Vivace.environment(options.findOption("--quiet"), java.util.Map.of("VIVACE_QUIET", "1")));
        assertEquals("false", Vivace.environment(options.findOption("--force"), java.util.Map.of("VIVACE_FORCE", "OFF")));
        assertEquals("1", Vivace.environment(options.findOption("--batch"), java.util.Map.of("VIVACE_BATCH", "1")));
        for (String name : List.of("--seconds", "--version", "--help", "--seed")) {
            assertEquals(null, Vivace.environment(options.findOption(name), variables), name);
        }
    }

    @Test void everyOptionIsInTheHelpWithItsEnvironmentTwin() {
        assertEquals("VIVACE_TOP_K", Vivace.variable("--top-k"));
        for (String command : List.of("generate", "styles", "convert", "inspect", "plan", "parity", "doctor")) {
            String help = Run.of(command, "--help").succeeds().text();
            assertTrue(help.contains("VIVACE_TOP_K") && help.contains("Exit status"), help);
        }
        String help = Run.of("generate", "--help").text().replaceAll("\\s+", " ");
        for (String expected : List.of("--seconds", "Without it: 10", "--top-k", "Without it: the model's own", "Default: auto", "--loop", "--continue", "--melody", "--batch", "--force")) {
            assertTrue(help.contains(expected), expected);
        }
    }

    @Test void debugShowsWhereItWentWrong() {
        assertTrue(Run.of("inspect", "--debug", file("none.viv").toString()).err().contains("\tat "));
    }
}
