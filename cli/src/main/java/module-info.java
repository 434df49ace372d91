/** The command line: a prompt in, a WAV file out. */
module io.vivace.cli {
    requires info.picocli;
    requires io.vivace;
    requires tools.jackson.core;

    opens io.vivace.cli to info.picocli;
}
