package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vivace.Options;
import io.vivace.backend.Backend;
import io.vivace.backend.Backends;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.cli.parity.Case;
import io.vivace.cli.parity.Parity;
import io.vivace.cli.parity.Parity.Result;
import io.vivace.cli.parity.Parity.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every reference case on every back end. */
class ParityTest {
    private static final List<String> AREAS = List.of("text", "musicgen", "encodec", "melody", "dac", "discodiff", "ssm");

    private record Device(String name, Supplier<Backend> open) {}

    private static final List<Device> DEVICES = List.of(new Device("cpu", CpuBackend::new), new Device("cpu, one thread", () -> new CpuBackend(1, false)),
            new Device("cpu, scalar", () -> new CpuBackend(2, true)), new Device("reference", ReferenceBackend::new), new Device("cuda", ParityTest::cuda));

    @TestFactory Stream<DynamicTest> copiedCases() {
        return on(DEVICES, Case.under(Repository.GOLDEN));
    }

    @TestFactory Stream<DynamicTest> allCases() {
        assumeTrue(Files.isDirectory(Repository.SHARED), "SKIPPED: the full set of reference cases is not beside the repository at " + Repository.SHARED);
        List<Path> cases = AREAS.stream().flatMap(area -> Case.under(Repository.SHARED.resolve(area)).stream()).toList();
        return on(DEVICES.stream().filter(device -> !device.name.contains("thread")).toList(), cases);
    }

    private static Backend cuda() {
        assumeTrue(Backends.gpu(), () -> "SKIPPED: the CUDA back end. " + Backends.whyNoGpu() + " Where g++ is, the build makes an emulated device.");
        return Backends.open(Options.standard().withDevice(io.vivace.Device.CUDA));
    }

    private static Stream<DynamicTest> on(List<Device> devices, List<Path> cases) {
        assertTrue(cases.size() >= 20, "only " + cases.size() + " cases");
        return devices.stream().flatMap(device -> cases.stream().map(folder ->
                DynamicTest.dynamicTest(folder.getParent().getFileName() + "/" + folder.getFileName() + " on " + device.name, () -> passes(folder, device))));
    }

    private static void passes(Path folder, Device device) {
        try (Backend backend = device.open.get()) {
            Result result = new Parity(backend).run(folder);
            assertEquals(Verdict.PASSED, result.verdict(), result.toString());
        }
    }

    /** A comparison that could not fail would prove nothing. */
    @Test void aWrongOutputFailsAndTheOthersGoOn(@TempDir Path folder) throws IOException {
        copy(Repository.GOLDEN.resolve("encodec/short32-decode-1"), folder.resolve("a-wrong"));
        Path tensors = folder.resolve("a-wrong/io.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 1] ^= 0x40;
        Files.write(tensors, bytes);
        copy(Repository.GOLDEN.resolve("encodec/short32-decode-1"), folder.resolve("b-right"));
        copy(Repository.GOLDEN.resolve("encodec/short32-decode-1"), folder.resolve("c-unknown"));
        Path json = folder.resolve("c-unknown/case.json");
        Files.writeString(json, Files.readString(json).replace("codec-decode", "denoise"));
        copy(Repository.GOLDEN.resolve("encodec/short32-decode-1"), folder.resolve("d-broken"));
        Files.writeString(folder.resolve("d-broken/checkpoint/config.json"), "{");
        Run run = Run.of("parity", folder.toString());
        assertEquals(1, run.code());
        assertTrue(run.text().contains("1 passed, 2 failed, 1 skipped"), run.text());
        assertTrue(run.text().contains("does not support cases of kind denoise SKIPPED"), run.text());
        assertTrue(run.text().contains("config.json"), run.text());
    }

    @Test void theLastLineCounts() {
        String text = Run.of("parity", "--device", "reference", Repository.GOLDEN.resolve("encodec").toString()).succeeds().text();
        int cases = Case.under(Repository.GOLDEN.resolve("encodec")).size();
        assertEquals(cases + " passed, 0 failed", text.strip().lines().reduce((a, b) -> b).orElse(""));
    }

    @Test void foldersWithoutCasesAreWrongUsage(@TempDir Path folder) {
        Run.of("parity", folder.toString()).fails(ExitCode.USAGE, folder.toString(), "case.json");
        Run.of("parity", folder.resolve("none").toString()).fails(ExitCode.USAGE, "There is no folder " + folder.resolve("none"));
        Run.of("parity").fails(ExitCode.USAGE, "DIR");
        Run.of("parity", "--device", "abacus", Repository.GOLDEN.toString()).fails(ExitCode.USAGE, "abacus");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) Files.copy(file, to.resolve(from.relativize(file).toString()));
        }
    }
}
