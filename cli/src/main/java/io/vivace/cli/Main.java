package io.vivace.cli;
/** Entry. */
public final class Main {
    private Main() {}
    public static void main(String[] args) {
        System.out.println(picocli.CommandLine.VERSION);
    }
}
