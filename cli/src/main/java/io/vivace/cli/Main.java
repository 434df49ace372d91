package io.vivace.cli;

/** Entry of the command line: runs it, and leaves with one of {@link ExitCode}'s numbers. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        var interrupt = Interrupt.ofProcess();
        int code = new Vivace(terminal, interrupt).run(args);
        terminal.flush();
        interrupt.done();
        System.exit(code);
    }
}
