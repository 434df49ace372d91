/** Turns public checkpoints into Vivace model files. */
module io.vivace.converter {
    requires io.vivace;

    exports io.vivace.converter;
}
