package io.vivace.model.ssm;

import io.vivace.weights.Json;

/** The numbers of a state-space layer. */
public sealed interface MixerConfig {
    int MOST = 1 << 20;

    /** Channels of the residual stream. */
    int hidden();

    /** Channels inside. */
    int inner();

    /** States a channel. */
    int states();

    /** Frames that the convolution sees. */
    int taps();

    /** Whether the projections into and out of the layer have biases. */
    boolean bias();

    boolean convolutionBias();

    /** Channels that the convolution runs over. */
    int convolved();

    /** Channels of the projection into the layer. */
    int projected();

    /** Extents of what the recurrence remembers of so many rows. */
    int[] state(int rows);

    /**
     * Mamba's layer, arXiv 2312.00752 §3.
     *
     * @param rank channels that the step sizes come from
     */
    record Selective(int hidden, int inner, int states, int taps, int rank, boolean bias, boolean convolutionBias) implements MixerConfig {
        @Override
        public int convolved() {
            return inner;
        }

        @Override
        public int projected() {
            return 2 * inner;
        }

        @Override
        public int[] state(int rows) {
            return new int[] {rows, inner, states};
        }
    }

    /**
     * Mamba-2's layer, arXiv 2405.21060 §7.
     *
     * @param heads   of equal width; each has one step size and one rate
     * @param groups  of heads that share what goes into and out of their states
     * @param least   lower limit of a step size, 0 for none
     * @param most    upper limit of a step size, infinite for none
     * @param epsilon of the norm behind the gate
     */
    record Duality(int hidden, int inner, int states, int taps, int heads, int groups, double least, double most, boolean bias, boolean convolutionBias,
            double epsilon) implements MixerConfig {
        /** Channels of a head. */
        public int size() {
            return inner / heads;
        }

        @Override
        public int convolved() {
            return inner + 2 * groups * states;
        }

        @Override
        public int projected() {
            return inner + convolved() + heads;
        }

        @Override
        public int[] state(int rows) {
            return new int[] {rows, heads, size(), states};
        }
    }

    /** @throws io.vivace.BadCheckpoint if a number is missing or does not fit the others */
    static MixerConfig of(Json.ObjectNode c) {
        int hidden = c.integer("hidden", 1, MOST), inner = c.integer("inner", 1, MOST), states = c.integer("states", 1, MOST);
        int taps = c.integer("taps", 2, 1 << 10);
        boolean bias = c.flag("bias"), convolutionBias = c.flag("convolution_bias");
        return switch (c.text("kind")) {
            case "selective" -> new Selective(hidden, inner, states, taps, c.integer("rank", 1, MOST), bias, convolutionBias);
            case "duality" -> {
                int heads = c.integer("heads", 1, MOST), groups = c.integer("groups", 1, MOST);
                if (inner % heads != 0) throw c.get("inner").wrong("a multiple of the " + heads + " heads");
                if (heads % groups != 0) throw c.get("heads").wrong("a multiple of the " + groups + " groups");
                double least = c.number("least", 0), most = c.number("most", Double.POSITIVE_INFINITY), epsilon = c.number("epsilon");
                if (least < 0 || most < least) throw c.get("least").wrong("a number from 0 to most");
                if (!(epsilon > 0 && epsilon < 1)) throw c.get("epsilon").wrong("a number above 0 and below 1");
                yield new Duality(hidden, inner, states, taps, heads, groups, least, most, bias, convolutionBias, epsilon);
            }
            default -> throw c.get("kind").wrong("selective or duality");
        };
    }
}
