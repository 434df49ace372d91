package io.vivace.bindings.vendor;

/** Runs all cases on one library, since a process can have only one of a kind, and prints what went wrong, or "right" with the version. */
final class VendorProbe {
    private VendorProbe() {
    }

    public static void main(String[] arguments) {
        Installation installation = new Installation(VendorLibrary.valueOf(arguments[0]), java.nio.file.Path.of(arguments[1]));
        try (Comparison comparison = new Comparison()) {
            if (VendorLibrary.FOR_PRODUCTS.contains(installation.library())) products(installation, comparison);
            else convolutions(installation, comparison);
        }
    }

    private static void products(Installation installation, Comparison comparison) {
        try (Gemm gemm = Gemm.open(installation, comparison.device())) {
            for (Gemm.Product p : Comparison.PRODUCTS) report(p, comparison.product(gemm, p), p.precision());
            System.out.println("right " + gemm.installation().library() + " " + gemm.version());
        }
    }

    private static void convolutions(Installation installation, Comparison comparison) {
        try (Convolution convolution = Convolution.open(installation, comparison.device())) {
            for (Convolution.Window w : Comparison.WINDOWS) report(w, comparison.convolution(convolution, w), w.precision());
            System.out.println("right " + convolution.installation().library() + " " + convolution.version());
        }
    }

    private static void report(Record what, double error, Precision precision) {
        if (!(error <= Comparison.tolerance(precision))) System.out.println(what + ": off by " + error);
    }
}
