package io.vivace.cli;

import picocli.CommandLine.Option;

/** How much a command says, and in which form. */
final class Talk {

    @Option(names = "--json", description = "Print the result as one JSON object.")
    boolean json;

    @Option(names = {"-q", "--quiet"}, description = "Say nothing but errors.")
    boolean quiet;

    @Option(names = "--debug", description = "Show stack traces of errors.")
    boolean debug;
}
