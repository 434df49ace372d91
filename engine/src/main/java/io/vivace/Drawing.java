package io.vivace;

/**
 * How a language model's tokens are drawn.
 *
 * @param temperature flattens (above 1) or sharpens what is drawn from; 0: always the likeliest token
 * @param topK        draw from the likeliest k tokens only; 0: from all
 * @param topP        draw from the likeliest tokens that together have this probability; 0 or 1: from all
 */
public record Drawing(double temperature, int topK, double topP) {
    /** Temperature 1 and top-k 250, as audiocraft has them. */
    public static final Drawing STANDARD = new Drawing(1, 250, 0);
    private static final double MOST_TEMPERATURE = 1000;

    /** @throws BadRequest if a value is out of range, with the value and what is allowed */
    public Drawing {
        Request.between("Temperature", temperature, MOST_TEMPERATURE);
        if (topK < 0) throw new BadRequest("Top-k must be at least 0, not " + topK + ".");
        Request.between("Top-p", topP, 1);
    }

    public Drawing withTemperature(double temperature) {
        return new Drawing(temperature, topK, topP);
    }

    public Drawing withTopK(int topK) {
        return new Drawing(temperature, topK, topP);
    }

    public Drawing withTopP(double topP) {
        return new Drawing(temperature, topK, topP);
    }
}
