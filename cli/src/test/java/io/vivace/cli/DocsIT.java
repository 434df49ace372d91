package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What README and docs say works, as they say it. Commands are indented lines. */
class DocsIT {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    /** A script by its path. */
    private static final Pattern SCRIPT = Pattern.compile("^ {4,7}((?:kernels|benchmarks|bindings|scripts)/\\S+)(?: |$)");
    /** A whole command on the emulated device, not the outline of one. */
    private static final Pattern EMULATED = Pattern.compile("^ {4}kernels/emulator/run (?:--\\w+ )?((?:\\./)?[\\w/.-]+)(?: |$)");
    private static final Pattern TOOL = Pattern.compile("^ {4}(nsys|ncu|nvcc) ");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Repository.ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(Repository.ROOT.resolve("README.md")), docs.filter(page -> page.toString().endsWith(".md")).sorted()).toList();
        }
    }

    /** A folder that looks like a clone to the commands: the launcher, the reference cases, and a checkpoint under the name that README uses. */
    private static void furnish(Path folder) throws IOException {
        for (String name : List.of("golden", "models")) link(folder.resolve(name), Repository.ROOT.resolve(name));
        link(folder.resolve("musicgen-small"), Repository.DEMO);
        link(folder.resolve("melody"), Repository.GOLDEN.resolve("melody/pipeline/checkpoint"));
        link(folder.resolve("clap"), Repository.GOLDEN.resolve("melody/prompt-texts/checkpoint/text"));
        link(folder.resolve("vivace"), Repository.ROOT.resolve("vivace"));
    }

    private static void link(Path name, Path target) throws IOException {
        Files.createSymbolicLink(name, target);
    }

    @Test void everyCommandWorks(@TempDir Path folder) throws Exception {
        furnish(folder);
        var seen = new ArrayList<String>();
        for (Path page : pages()) {
            for (String line : Files.readAllLines(page)) {
                if (!line.startsWith("    ./")) continue;
                String command = line.strip().replace("| aplay", "| wc -c");
                seen.add(command);
                if (!command.startsWith("./mvnw verify")) assertEquals(0, shell(folder, command), page + ": " + command);
            }
        }
        assertTrue(seen.contains("./mvnw verify"), "this very run");
        assertTrue(seen.size() >= 8, seen.toString());
        assertTrue(Files.size(folder.resolve("first.wav")) > 400_000);
    }

    /** Scripts of the repository are there; those that run something on the emulated device are run, where g++ is and what they run. */
    @Test void scriptsAreThereAndTheEmulatedDeviceRuns(@TempDir Path folder) throws Exception {
        furnish(folder);
        boolean compiler = has("g++");
        var ran = new ArrayList<String>();
        for (Path page : pages()) {
            for (String line : Files.readAllLines(page)) {
                Matcher script = SCRIPT.matcher(line);
                if (!script.find()) continue;
                assertTrue(Files.isExecutable(Repository.ROOT.resolve(script.group(1))), page + ": " + line);
                Matcher emulated = EMULATED.matcher(line);
                if (!emulated.find()) continue;
                if (!compiler) {
                    System.err.println("SKIPPED: " + line.strip() + " of " + page.getFileName() + ". It needs g++.");
                } else if (!Files.exists(folder.resolve(emulated.group(1)))) {
                    System.err.println("SKIPPED: " + line.strip() + " of " + page.getFileName() + ". There is no " + emulated.group(1) + " here.");
                } else {
                    assertEquals(0, shell(folder, Repository.ROOT + "/" + line.strip()), page + ": " + line);
                    ran.add(line);
                }
            }
        }
        assertTrue(!compiler || !ran.isEmpty(), "no page shows a command on the emulated device");
    }

    /** NVIDIA's tools start where they are installed; what they are to look at needs a GPU. */
    @Test void toolsOfNvidiaStart(@TempDir Path folder) throws Exception {
        for (Path page : pages()) {
            for (String line : Files.readAllLines(page)) {
                Matcher tool = TOOL.matcher(line);
                if (!tool.find()) continue;
                assertTrue(Files.readString(page).contains("<!-- needs: " + tool.group(1) + " -->"), page + " does not say that it needs " + tool.group(1));
                if (has(tool.group(1))) assertEquals(0, shell(folder, tool.group(1) + " --version"), page + ": " + line);
                else System.err.println("SKIPPED: " + line.strip() + " of " + page.getFileName() + ". " + tool.group(1) + " is not installed.");
            }
        }
    }

    private static boolean has(String tool) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + tool + " >/dev/null").start().waitFor() == 0;
    }

    private static int shell(Path folder, String command) throws Exception {
        var process = new ProcessBuilder("sh", "-c", command).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(folder.resolve("output.txt").toFile()).start();
        int code = process.waitFor();
        if (code != 0) System.err.println(Files.readString(folder.resolve("output.txt")));
        return code;
    }

    @Test void theJavaSampleRuns(@TempDir Path folder) throws Exception {
        Matcher sample = JAVA.matcher(Files.readString(Repository.ROOT.resolve("README.md")));
        assertTrue(sample.find());
        Files.writeString(folder.resolve("Sample.java"), sample.group(1));
        Path target = Repository.ROOT.resolve("cli/target");
        String bin = Path.of(System.getProperty("java.home"), "bin").toString();
        assertEquals(0, shell(folder, Repository.ROOT + "/vivace convert " + Repository.DEMO + " -o demo.viv --quiet"));
        String modules = "--module-path " + target + "/lib --add-modules io.vivace,jdk.incubator.vector";
        assertEquals(0, shell(folder, bin + "/javac " + modules + " -d . Sample.java"));
        assertEquals(0, shell(folder, bin + "/java " + modules + " -cp . Sample demo.viv"));
        assertTrue(Files.readString(folder.resolve("output.txt")).contains("more frames"));
        assertEquals(80 + 2 * 64_000, Files.size(folder.resolve("song.wav")));
    }

    @TestFactory Stream<DynamicTest> linksLeadSomewhere() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                Path target = page.resolveSibling(link.group(1));
                tests.add(DynamicTest.dynamicTest(page.getFileName() + " to " + link.group(1), () -> assertTrue(Files.exists(target), target.toString())));
            }
        }
        return tests.stream();
    }
}
