/** CUDA kernels: their sources, compiled images, and a typed launch method for each. */
module io.vivace.kernels {
    exports io.vivace.kernels;
}
