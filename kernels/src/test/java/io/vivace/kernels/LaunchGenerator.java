package io.vivace.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the Java side of every kernel's signature, so that launches and kernels cannot drift apart. Reads the plain form that all
 * kernels keep: {@code extern "C" __global__ void __launch_bounds__(THREADS) name(parameters)}, or {@code (THREADS, BLOCKS)} where ptxas has to
 * know how many blocks a multiprocessor takes; before it a comment with its dynamic shared memory, if any. Variants of a kernel, whose names
 * differ in element types at the end, share one method. A kernel that joins two others takes the parameters of both, then those of
 * {@code tickets.cuh}; its method takes their launches.
 *
 * <p>Runs alone: {@code java LaunchGenerator.java SOURCES TARGET}.
 */
final class LaunchGenerator {
    private static final Pattern SIGNATURE = Pattern.compile(
            "(?:// joins: (\\w+), (\\w+)\\s+)?(?:// dynamic shared memory: (\\d+) bytes\\s+)?"
            + "extern \"C\" __global__ void __launch_bounds__\\((\\d+)(?:, \\d+)?\\)\\s*(\\w+)\\s*\\(([^)]*)\\)");
    private static final Pattern COMMENT = Pattern.compile("//[^\n]*");
    private static final Pattern PARAMETER = Pattern.compile("(?:const\\s+)?([\\w\\s]+?)\\s*(\\*?)\\s*(?:__restrict__\\s+)?(\\w+)");
    private static final List<String> TICKETS = List.of("long", "int", "int");
    private static final Set<String> TYPES = Set.of("f32", "bf16", "int8", "int32");

    record Parameter(String kind, String name) {}

    /** @param joins the two kernels that this one runs in one launch, or none */
    record Kernel(String name, int threads, int sharedBytes, List<String> joins, List<Parameter> parameters) {
        String variant() {
            String[] words = name.split("_");
            int at = words.length;
            while (at > 1 && TYPES.contains(words[at - 1])) at--;
            return String.join("_", Arrays.copyOfRange(words, at, words.length));
        }

        String operation() {
            return variant().isEmpty() ? name : name.substring(0, name.length() - variant().length() - 1);
        }
    }

    private LaunchGenerator() {}

    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[1]);
        for (Map.Entry<String, String> source : generate(Path.of(arguments[0])).entrySet())
            Files.writeString(target.resolve(source.getKey()), source.getValue());
    }

    /** Generated sources by file name. */
    static Map<String, String> generate(Path sources) throws IOException {
        Map<String, String> generated = new TreeMap<>();
        Map<String, List<Kernel>> kernels = new TreeMap<>();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".cu")).toList()) {
                kernels.put(file.getFileName().toString().replace(".cu", ""), kernels(Files.readString(file)));
            }
        }
        kernels.values().forEach(all -> all.forEach(kernel -> checkJoined(kernel, kernels)));
        kernels.forEach((name, own) -> generated.put(camel(name, true) + "Kernels.java", source(name, own)));
        return generated;
    }

    /** The kernels of a source file, in their order. */
    static List<Kernel> kernels(String text) {
        List<Kernel> kernels = new ArrayList<>();
        Matcher signature = SIGNATURE.matcher(text);
        int from = 0;
        while (signature.find(from)) {
            // Comments may hold parentheses, so the end of the parameters is looked for without them.
            String rest = COMMENT.matcher(text.substring(signature.start(6))).replaceAll("");
            List<String> joins = signature.group(1) == null ? List.of() : List.of(signature.group(1), signature.group(2));
            kernels.add(new Kernel(signature.group(5), Integer.parseInt(signature.group(4)),
                    signature.group(3) == null ? 0 : Integer.parseInt(signature.group(3)), joins, parameters(rest.substring(0, rest.indexOf(')')))));
            from = signature.start(6);
        }
        long declared = Pattern.compile("__global__").matcher(COMMENT.matcher(text).replaceAll("")).results().count();
        if (declared != kernels.size()) throw new IllegalStateException("of " + declared + " kernels only these have the plain form: " + kernels);
        return kernels;
    }

    /** A joined kernel is launched with the arguments of the two that it joins, so their parameters must be its own. */
    private static void checkJoined(Kernel joined, Map<String, List<Kernel>> kernels) {
        if (joined.joins.isEmpty()) return;
        List<String> expected = new ArrayList<>();
        for (String name : joined.joins) {
            Kernel one = kernels.values().stream().flatMap(List::stream).filter(kernel -> kernel.operation().equals(name)).findFirst().orElseThrow();
            one.parameters.forEach(parameter -> expected.add(parameter.kind));
        }
        expected.addAll(TICKETS);
        List<String> own = joined.parameters.stream().map(Parameter::kind).toList();
        if (!own.equals(expected)) throw new IllegalStateException(joined.name + " takes " + own + ", but should take " + expected);
    }

    private static List<Parameter> parameters(String list) {
        return Stream.of(list.split(",")).map(String::strip).map(text -> {
            Matcher parameter = PARAMETER.matcher(text);
            if (!parameter.matches()) throw new IllegalStateException("no plain parameter: " + text);
            return new Parameter(kind(parameter.group(1).strip(), !parameter.group(2).isEmpty()), camel(parameter.group(3), false));
        }).toList();
    }

    private static String kind(String type, boolean pointer) {
        if (pointer) return "long";
        return switch (type) {
            case "int" -> "int";
            case "float" -> "float";
            case "long long" -> "long";
            default -> throw new IllegalStateException("a kernel cannot take " + type);
        };
    }

    private static String source(String file, List<Kernel> kernels) {
        Map<String, List<Kernel>> operations = new LinkedHashMap<>();
        for (Kernel kernel : kernels) operations.computeIfAbsent(kernel.operation(), o -> new ArrayList<>()).add(kernel);
        String methods = operations.values().stream().map(variants -> method(file, variants)).collect(Collectors.joining("\n"));
        String type = camel(file, true) + "Kernels";
        return "package io.vivace.kernels;\n\n/** Launches of the kernels in {@code " + file + ".cu}, generated from it. */\n"
                + "public final class " + type + " {\n"
                + "    private " + type + "() {}\n\n" + methods + "}\n";
    }

    private static String method(String file, List<Kernel> variants) {
        Kernel first = variants.getFirst();
        for (Kernel other : variants) {
            if (!other.parameters.equals(first.parameters) || other.threads != first.threads || other.variant().isEmpty() != first.variant().isEmpty()) {
                throw new IllegalStateException(first.name + " and " + other.name + " have other parameters or block sizes");
            }
        }
        boolean plain = first.variant().isEmpty();
        String known = variants.stream().map(k -> "\"" + k.variant() + "\"").collect(Collectors.joining(", "));
        String name = plain ? "\"" + first.name + "\"" : "Launch.variant(\"" + first.operation() + "\", variant, " + known + ")";
        if (!first.joins.isEmpty()) {
            return "    public static Launch " + camel(first.operation(), false) + "(String variant, Launch first, Launch second, long tickets) {\n"
                    + "        return Launch.joined(\"" + file + "\", " + name + ", " + first.threads + ", " + shared(variants)
                    + ", first, second, tickets);\n    }\n";
        }
        String parameters = Stream.concat(Stream.of(plain ? "Grid grid" : "String variant, Grid grid"),
                first.parameters.stream().map(p -> p.kind + " " + p.name))
                .collect(Collectors.joining(", "));
        String values = first.parameters.stream().map(p -> "Launch.bits(" + p.name + ")").collect(Collectors.joining(", "));
        return "    public static Launch " + camel(first.operation(), false) + "(" + parameters + ") {\n        return new Launch(\"" + file + "\", " + name
                + ", grid, " + first.threads + ", " + shared(variants) + ", " + values + ");\n    }\n";
    }

    private static String shared(List<Kernel> variants) {
        if (variants.stream().allMatch(k -> k.sharedBytes == variants.getFirst().sharedBytes)) return "" + variants.getFirst().sharedBytes;
        String cases = variants.stream().map(k -> "case \"" + k.variant() + "\" -> " + k.sharedBytes + "; ").collect(Collectors.joining());
        return "switch (variant) { " + cases + "default -> 0; }";
    }

    private static String camel(String name, boolean upper) {
        StringBuilder camel = new StringBuilder();
        for (char c : name.toCharArray()) {
            if (c == '_') upper = true;
            else {
                camel.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return camel.toString();
    }
}
