package io.vivace.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page that says what each kernel takes of a multiprocessor: one section a source file, one row a kernel. */
final class KernelResources {
    private static final String HEAD = """
            # What each kernel takes of a multiprocessor

            Written by `kernels/build-fatbins` from what ptxas says; a test compares it with the sources. Shared memory is a block's, in bytes. Registers are a
            thread's: a multiprocessor has 65536, so 256 threads of 64 registers let four blocks run at once. Spilling, local memory and double precision are
            errors of the build, so their columns hold zeros.
            """;
    private static final Pattern SAYING = Pattern.compile("Compiling entry function '(\\w+)' for '(\\w+)'"
            + "|(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads|Used (\\d+) registers(?:.*?, (\\d+) bytes smem)?");

    private final Map<String, String> sections;

    private KernelResources(Map<String, String> sections) {
        this.sections = sections;
    }

    static KernelResources read(Path page) throws IOException {
        Map<String, String> sections = new TreeMap<>();
        if (Files.exists(page)) {
            for (String section : Files.readString(page).split("(?m)^## ")) {
                if (!section.startsWith("# ")) sections.put(section.substring(0, section.indexOf(".cu\n")), section.strip() + "\n");
            }
        }
        return new KernelResources(sections);
    }

    void write(Path page) throws IOException {
        Files.writeString(page, HEAD + sections.values().stream().map(section -> "\n## " + section).collect(Collectors.joining()));
    }

    void keepOnly(List<String> files) {
        sections.keySet().retainAll(files);
    }

    /** @param log what ptxas said about the file's kernels */
    void put(String file, List<LaunchGenerator.Kernel> kernels, String log) {
        Map<String, Usage> used = usage(log);
        StringBuilder section = new StringBuilder(file + ".cu\n\n| kernel | threads | static shared | dynamic shared | registers: "
                + String.join(" | ", Nvcc.ARCHITECTURES) + " | stack | spilled |\n|---" + "|--:".repeat(5 + Nvcc.ARCHITECTURES.size()) + "|\n");
        for (LaunchGenerator.Kernel kernel : kernels) {
            Usage usage = used.get(kernel.name());
            if (usage == null || !usage.registers.keySet().containsAll(Nvcc.ARCHITECTURES))
                throw new IllegalStateException("ptxas is silent about " + kernel.name());
            section.append("| `").append(kernel.name()).append("` | ").append(kernel.threads()).append(" | ").append(usage.shared).append(" | ")
                    .append(kernel.sharedBytes()).append(" | ")
                    .append(Nvcc.ARCHITECTURES.stream().map(a -> "" + usage.registers.get(a)).collect(Collectors.joining(" | ")))
                    .append(" | ").append(usage.stack).append(" | ").append(usage.spilled).append(" |\n");
        }
        sections.put(file, section.toString());
    }

    /** Names of the kernels in a file's section. */
    List<String> kernels(String file) {
        return Pattern.compile("(?m)^\\| `(\\w+)`").matcher(sections.getOrDefault(file, "")).results().map(found -> found.group(1)).toList();
    }

    private static final class Usage {
        private final Map<String, Integer> registers = new LinkedHashMap<>();
        private int shared, stack, spilled;
    }

    /** The architectures' sayings may come in any order, but each is in one piece. */
    private static Map<String, Usage> usage(String log) {
        Map<String, Usage> all = new LinkedHashMap<>();
        Usage current = null;
        String architecture = null;
        for (MatchResult said : SAYING.matcher(log).results().toList()) {
            if (said.group(1) != null) {
                current = all.computeIfAbsent(said.group(1), name -> new Usage());
                architecture = said.group(2);
            } else if (said.group(3) != null) {
                current.stack = Math.max(current.stack, Integer.parseInt(said.group(3)));
                current.spilled = Math.max(current.spilled, Integer.parseInt(said.group(4)) + Integer.parseInt(said.group(5)));
            } else {
                current.registers.put(architecture, Integer.parseInt(said.group(6)));
                if (said.group(7) != null) current.shared = Math.max(current.shared, Integer.parseInt(said.group(7)));
            }
        }
        return all;
    }
}
