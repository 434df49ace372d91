/** Everything that is native: NVIDIA's driver through JCuda and Panama behind a thin façade, one file a concept. */
module io.vivace.bindings {
    requires jcuda;

    exports io.vivace.bindings.cuda to io.vivace, io.vivace.kernels, io.vivace.cli, io.vivace.benchmarks;
}
