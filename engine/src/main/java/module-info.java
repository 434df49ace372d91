/** Text-to-music inference: the public API, the graph, its back ends, and the model families. */
module io.vivace {
    requires JTransforms;
    requires io.vivace.bindings;
    requires io.vivace.kernels;
    requires static jdk.incubator.vector;
    requires java.management;
    requires jdk.management;
    requires tools.jackson.core;

    exports io.vivace;
    exports io.vivace.audio;
    exports io.vivace.backend to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.backend.cuda to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.backend.cpu to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.backend.reference to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.draft to io.vivace.benchmarks;
    exports io.vivace.file to io.vivace.converter, io.vivace.cli;
    exports io.vivace.graph to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.bert to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.clap to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.dac to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.diffusion to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.discodiff to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.encodec to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.melody to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.gpt2 to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.nano to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.musicgen to io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.ssm to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.ssmttm to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.model.t5 to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.sample to io.vivace.benchmarks;
    exports io.vivace.weights to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.text to io.vivace.converter, io.vivace.cli, io.vivace.benchmarks;
}
