package io.vivace;

/**
 * What a model does where a request leaves it to it.
 *
 * @param guidance  how much more the prompt counts than without it
 * @param drawing   how tokens are drawn
 * @param denoising how noise becomes music
 */
public record Defaults(double guidance, Drawing drawing, Denoising denoising) {

    /** A guidance of its own, and all else as most models have it. */
    public static Defaults guided(double guidance) {
        return new Defaults(guidance, Drawing.STANDARD, Denoising.STANDARD);
    }
}
