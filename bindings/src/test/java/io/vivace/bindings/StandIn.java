package io.vivace.bindings;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Stand-ins of NVIDIA's libraries, compiled by g++ from src/test/c. Once one has been loaded from its path, the loader gives it to whoever
 * asks for its name: Panama, JCuda, and what those load.
 */
public final class StandIn {
    /** Where the compiled ones lie. */
    public static final Path FOLDER = Path.of("target", "stand-in").toAbsolutePath();

    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private final SymbolLookup symbols;

    private StandIn(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /** Skips the test where there is no g++. */
    public static StandIn loaded(String source, String library) {
        return loaded(compiled(source, library));
    }

    public static StandIn loaded(Path library) {
        return new StandIn(SymbolLookup.libraryLookup(library, Arena.global()));
    }

    /**
     * @param source below src/test/c
     * @return the library's path
     */
    public static Path compiled(String source, String library, String... options) {
        Path made = FOLDER.resolve(library), from = Path.of("src", "test", "c").resolve(source);
        try {
            if (Files.exists(made) && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(from)) >= 0) return made;
            demandCompiler(library);
            Files.createDirectories(FOLDER);
            List<String> command = new ArrayList<>(List.of("g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"));
            command.add("-Wl,-soname," + library);
            command.addAll(List.of(options));
            command.addAll(List.of(from.toString(), "-o", made.toString(), "-ldl"));
            run(command);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says so aloud, once a class: an assumption alone is only in the report. */
    private static void demandCompiler(String library) {
        if (compilerIsThere()) return;
        String why = "SKIPPED: g++ is not installed, and the stand-in for " + library + " is made with it";
        String test = StackWalker.getInstance().walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                .filter(name -> name.endsWith("Test")).findFirst()).orElse("");
        if (TOLD.add(test)) System.err.println(why + ": " + test);
        assumeTrue(false, why);
    }

    private static boolean compilerIsThere() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) if (Files.isExecutable(Path.of(folder, "g++"))) return true;
        return false;
    }

    /**
     * Runs the main method of a test class in a process of its own, on the class path, which is how the command line runs.
     *
     * @param environment names and values
     * @return what it printed
     */
    public static String java(Class<?> main, String name, String value, String... environment) throws IOException {
        return java(main, List.of(), name, value, environment);
    }

    public static String java(Class<?> main, List<String> arguments, String name, String value, String... environment) throws IOException {
        String path = String.join(":", System.getProperty("jdk.module.path", ""), System.getProperty("java.class.path", ""),
                Path.of("target", "classes").toAbsolutePath().toString(), Path.of("target", "test-classes").toAbsolutePath().toString());
        String[] all = Arrays.copyOf(environment, environment.length + 2);
        all[environment.length] = name;
        all[environment.length + 1] = value;
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "-cp", path, main.getName()));
        command.addAll(arguments);
        return run(command, all).replaceAll("(?m)^NOTE: Picked up JDK_JAVA_OPTIONS.*\\R", "");
    }

    /** @return what it printed, on both streams */
    private static String run(List<String> command, String... environment) throws IOException {
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        for (int i = 0; i < environment.length; i += 2) process.environment().put(environment[i], environment[i + 1]);
        Process running = process.start();
        String printed = new String(running.getInputStream().readAllBytes());
        try {
            if (!running.waitFor(1, TimeUnit.MINUTES) || running.exitValue() != 0) throw new IOException(String.join(" ", command) + " failed:\n" + printed);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return printed;
    }

    /** Makes the next call of a function fail. */
    public void fail(String function, int code) {
        call("standin_fail", function, code);
    }

    /** How often a function was called. */
    public int count(String function) {
        return call("standin_count", function, 0);
    }

    public int ask(String question) {
        return call(question, "", 0);
    }

    public int ask(String question, int which) {
        try {
            return (int) handle(question, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)).invokeExact(which);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What a function returns that gives text. */
    public String text(String question) {
        try {
            MemorySegment text = (MemorySegment) handle(question, FunctionDescriptor.of(ValueLayout.ADDRESS)).invokeExact();
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** A C function may be called with more arguments than it has. */
    private int call(String function, String text, int number) {
        FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            return (int) handle(function, signature).invokeExact(arena.allocateFrom(text), number);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private MethodHandle handle(String function, FunctionDescriptor signature) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(function), signature);
    }
}
