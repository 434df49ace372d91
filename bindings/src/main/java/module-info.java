/** Everything that is native: NVIDIA's driver and libraries, through JCuda and Panama, behind a thin façade, one file a concept. */
module io.vivace.bindings {
    requires jcublas;
    requires jcuda;
    requires jcudnn;

    exports io.vivace.bindings.cuda to io.vivace, io.vivace.kernels, io.vivace.cli, io.vivace.benchmarks;
    exports io.vivace.bindings.vendor to io.vivace, io.vivace.cli, io.vivace.benchmarks;
}
