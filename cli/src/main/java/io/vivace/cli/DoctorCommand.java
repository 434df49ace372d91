package io.vivace.cli;

import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.backend.Backends;
import io.vivace.backend.cuda.GpuFacts;
import io.vivace.backend.cuda.Libraries;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What this machine offers, what is used, and why. */
@Command(name = "doctor", mixinStandardHelpOptions = true, showDefaultValues = true, versionProvider = Version.class, footer = Vivace.ENVIRONMENT,
        description = "Prints what this machine offers, what is in use and why, and composes a second of sound to see that it works.")
final class DoctorCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ModelOptions models;
    @Mixin private Talk talk;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override public Integer call() {
        var findings = new LinkedHashMap<String, Object>();
        findings.put("vivace", Version.number());
        findings.put("jdk", jdk());
        findings.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        findings.put("memory", memory());
        findings.put("vector unit", vector());
        // Composing may measure libraries, which the facts are to tell.
        String trial = trial();
        findings.putAll(GpuFacts.all(Libraries.of(models.options().library()), models.options().gpu()));
        findings.put("device", device());
        findings.put("folder", folder());
        findings.put("trial", trial);
        if (talk.json) terminal.print(Document.json(findings));
        else findings.forEach((name, value) -> terminal.print(String.format(Locale.ROOT, "%-12s %s", name, value)));
        return ExitCode.OK;
    }

    /** 25.0.0 to 25.0.2 can corrupt the heap. */
    static boolean corruptsHeap(Runtime.Version version) {
        return version.feature() == 25 && version.interim() == 0 && version.update() < 3;
    }

    private static String jdk() {
        String text = Runtime.version() + ", " + System.getProperty("java.vendor") + ", " + System.getProperty("java.home");
        return corruptsHeap(Runtime.version()) ? text + "; this version has a bug that corrupts the heap, use 25.0.3 or later" : text;
    }

    private static String memory() {
        String heap = (Runtime.getRuntime().maxMemory() >> 20) + " MB of Java heap at most";
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? (os.getTotalMemorySize() >> 20) + " MB, " + (os.getFreeMemorySize() >> 20) + " MB free, " + heap : heap;
    }

    private static String vector() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? "the Vector API is on" : "not used: the JVM was started without --add-modules jdk.incubator.vector, plain Java runs instead";
    }

    private String device() {
        Options options = models.options();
        return switch (options.device()) {
            case AUTO -> Backends.whyNoGpu().isEmpty() ? "auto: the GPU" : "auto: the CPU, since there is no GPU to use";
            case CUDA -> "cuda:" + options.gpu() + ", as asked for";
            case CPU, REFERENCE -> options.device().label() + ", as asked for";
        };
    }

    private static String folder() {
        Path here = Path.of("").toAbsolutePath();
        return here + (Files.isWritable(here) ? ", can be written to" : ", cannot be written to: give another with -o");
    }

    private String trial() {
        Options options = models.options();
        try (MusicModel model = MusicModel.open(models.file(), options)) {
            Report report = model.compose(java.util.List.of(Request.of("a rehearsal").withSeconds(1)), io.vivace.Listener.NONE).report();
            return String.format(Locale.ROOT, "%s: %s composed 1 s in %.2f s, %d passes", model.info().device(), models.file().getFileName(),
                    report.elapsed().toNanos() * 1e-9, report.allPasses());
        }
    }
}
