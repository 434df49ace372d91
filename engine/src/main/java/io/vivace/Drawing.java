package io.vivace;

/**
 * How a language model's tokens are drawn.
 *
 * @param temperature flattens (above 1) or sharpens what is drawn from; 0: always the likeliest token; NaN: as the model likes it
 * @param topK        draw from the likeliest k tokens only; 0: from all; -1: as the model likes it
 * @param topP        draw from the likeliest tokens that together have this probability; 0 or 1: from all
 */
public record Drawing(double temperature, int topK, double topP) {
    /** Temperature 1 and top-k 250, as audiocraft has them. */
    public static final Drawing STANDARD = new Drawing(1, 250, 0);
    /** As the model likes it. */
    public static final Drawing MODELS_OWN = new Drawing(Double.NaN, -1, 0);
    private static final double MOST_TEMPERATURE = 1000;

    /** @throws BadRequest if a value is out of range, with the value and what is allowed */
    public Drawing {
        if (!Double.isNaN(temperature)) Request.between("Temperature", temperature, MOST_TEMPERATURE);
        if (topK < -1) throw badTopK(topK);
        Request.between("Top-p", topP, 1);
    }

    private static BadRequest badTopK(int topK) {
        return new BadRequest("Top-k must be at least 0, not " + topK + ".");
    }

    /** @throws BadRequest if it is not from 0 to 1000 */
    public Drawing withTemperature(double temperature) {
        Request.between("Temperature", temperature, MOST_TEMPERATURE);
        return new Drawing(temperature, topK, topP);
    }

    /** @throws BadRequest if it is negative */
    public Drawing withTopK(int topK) {
        if (topK < 0) throw badTopK(topK);
        return new Drawing(temperature, topK, topP);
    }

    public Drawing withTopP(double topP) {
        return new Drawing(temperature, topK, topP);
    }

    /** This, with what it leaves to the model as the model likes it. */
    public Drawing or(Drawing models) {
        return new Drawing(Double.isNaN(temperature) ? models.temperature : temperature, topK < 0 ? models.topK : topK, topP);
    }
}
