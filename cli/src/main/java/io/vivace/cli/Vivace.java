package io.vivace.cli;

import io.vivace.Cancelled;
import io.vivace.OutputFailed;
import io.vivace.VivaceException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** The command line as a whole: which command, and what its failure looks like. */
@Command(name = "vivace", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Composes music from a text prompt. A prompt alone means: generate.",
        synopsisSubcommandLabel = "(\"PROMPT\" | COMMAND)", footer = Vivace.ENVIRONMENT)
final class Vivace {
    static final String ENVIRONMENT = "%nAny option, --top-k say, can be set by an environment variable, here VIVACE_TOP_K; the command line counts more.%n"
            + "Exit status: 0 done, 1 a bug, 2 wrong usage, 3 model missing, 4 bad weights, 5 too little memory, 6 device, 7 output, 130 cancelled.";

    private static final Set<String> ROOT_OPTIONS = Set.of("-h", "--help", "-V", "--version");
    private static final Set<String> YES = Set.of("1", "yes", "on"), NO = Set.of("0", "no", "off");

    private final Terminal terminal;
    private final Map<String, Supplier<Object>> makers = new LinkedHashMap<>();

    Vivace(Terminal terminal, Interrupt interrupt) {
        this.terminal = terminal;
        makers.put("generate", () -> new GenerateCommand(terminal, interrupt));
        makers.put("styles", () -> new StylesCommand(terminal));
        makers.put("convert", () -> new ConvertCommand(terminal, interrupt));
        makers.put("inspect", () -> new InspectCommand(terminal));
        makers.put("plan", () -> new PlanCommand(terminal));
        makers.put("parity", () -> new ParityCommand(terminal, interrupt));
        makers.put("doctor", () -> new DoctorCommand(terminal));
    }

    /** Reading a command's annotations takes tens of milliseconds, so the others are left out when one is asked for. */
    private CommandLine commands(String wanted) {
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF); // it would remark on options given twice, of which the last counts
        var commands = new CommandLine(this);
        makers.forEach((name, maker) -> {
            if (!makers.containsKey(wanted) || name.equals(wanted)) commands.addSubcommand(name, maker.get());
        });
        commands.setOut(new PrintWriter(terminal.out(), true)).setErr(new PrintWriter(terminal.err(), true));
        commands.setExpandAtFiles(false); // a prompt may begin with @
        commands.setDefaultValueProvider(argument -> argument instanceof OptionSpec option ? environment(option, System.getenv()) : null);
        commands.registerConverter(Path.class, Vivace::path);
        commands.setParameterExceptionHandler((e, _) -> usage(e));
        commands.setExecutionExceptionHandler((e, _, result) -> failed(e, debug(result)));
        commands.setOverwrittenOptionsAllowed(true).setCaseInsensitiveEnumValuesAllowed(true);
        return commands.setUsageHelpAutoWidth(false).setUsageHelpWidth(110);
    }

    /** The environment variable that stands for an option: --top-k is VIVACE_TOP_K. */
    static String variable(String option) {
        return "VIVACE" + option.substring(1).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The value of an option's variable, if it has one that is not empty. --help and --version have none: others may use such names. */
    static String environment(OptionSpec option, Map<String, String> variables) {
        String value = option.usageHelp() || option.versionHelp() ? null : variables.get(variable(option.longestName()));
        if (value == null || value.isEmpty()) return null;
        return option.arity().max() == 0 ? flag(value) : value;
    }

    private static String flag(String value) {
        String plain = value.toLowerCase(Locale.ROOT);
        return YES.contains(plain) ? "true" : NO.contains(plain) ? "false" : value;
    }

    /** @throws TypeConversionException if no file can have that name */
    static Path path(String name) {
        if (name.isEmpty()) throw new TypeConversionException("an empty text is no name of a file");
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + name + "' is no name of a file here (" + e.getReason() + ")");
        }
    }

    /** Runs a command and returns the exit status. */
    int run(String... args) {
        try {
            String[] completed = completed(args);
            return commands(completed[0]).execute(completed);
        } catch (OutOfMemoryError e) {
            return say(ExitCode.MEMORY, "the Java heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB is full; give more with VIVACE_JAVA_OPTIONS=-Xmx…, or ask for fewer seconds or a smaller batch.");
        } catch (StackOverflowError | LinkageError | AssertionError e) {
            return say(ExitCode.BUG, bug(e));
        }
    }

    /** A bare prompt, or options without a command, mean generate. Whoever asks for help in the way of other programs gets it too. */
    private String[] completed(String... args) {
        if (args.length == 0 || args.length == 1 && args[0].equals("help")) return new String[] {"--help"};
        if (args.length == 2 && args[0].equals("help") && makers.containsKey(args[1])) return new String[] {args[1], "--help"};
        if (makers.containsKey(args[0]) || ROOT_OPTIONS.contains(args[0])) return args;
        String[] generate = new String[args.length + 1];
        generate[0] = "generate";
        System.arraycopy(args, 0, generate, 1, args.length);
        return generate;
    }

    private int usage(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        String said = e.getMessage().replaceAll("\\R+", " ").replaceFirst("is not a double$", "is not a number")
                .replaceFirst("is not an int$", "is not a whole number");
        return say(ExitCode.USAGE, said + "; see " + command + " --help.");
    }

    private static boolean debug(ParseResult result) {
        for (ParseResult r = result; r != null; r = r.subcommand()) if (r.hasMatchedOption("--debug")) return true;
        return Boolean.parseBoolean(flag(System.getenv().getOrDefault("VIVACE_DEBUG", "")));
    }

    private int failed(Exception e, boolean debug) {
        if (debug) e.printStackTrace(terminal.err());
        return switch (e) {
            case OutputFailed f when Terminal.readerLeft(f) -> ExitCode.OUTPUT;
            case Cancelled c -> say(ExitCode.of(c), "cancelled; nothing was kept.");
            case VivaceException v -> say(ExitCode.of(v), v.getMessage());
            default -> say(ExitCode.BUG, bug(e));
        };
    }

    private static String bug(Throwable e) {
        return "a bug in Vivace: " + e + "; run it again with --debug and report what it prints.";
    }

    private int say(int code, String sentence) {
        terminal.err().println("vivace: " + Arrays.stream(sentence.split("\\p{Cc}+")).reduce((a, b) -> a + " " + b).orElse(""));
        return code;
    }
}
