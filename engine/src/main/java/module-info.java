/** Text-to-music inference: the public API, the graph, its back ends, and the model families. */
@SuppressWarnings("module")
module io.vivace {
    requires tools.jackson.core;
    requires static jdk.incubator.vector;

    exports io.vivace;
    exports io.vivace.audio;

    exports io.vivace.graph to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.weights to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.text to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
}
