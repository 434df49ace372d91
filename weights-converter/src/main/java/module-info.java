/** Turns public checkpoints into Vivace model files. */
module io.vivace.converter {
    requires io.vivace;

    exports io.vivace.converter;
    exports io.vivace.converter.read to io.vivace.cli;
}
