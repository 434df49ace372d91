/** The command line: a prompt in, a WAV file out. */
module io.vivace.cli {
    requires info.picocli;
    requires io.vivace;
    requires io.vivace.converter;
    requires java.management;
    requires jdk.management;
    requires tools.jackson.core;

    opens io.vivace.cli to info.picocli;
}
