package io.vivace.model.bert;

import io.vivace.graph.Activation;
import io.vivace.nn.ActivationNames;
import io.vivace.weights.Json;

/**
 * The numbers of a BERT or RoBERTa encoder.
 *
 * @param vocab       rows of the word table
 * @param hidden      channels, a multiple of heads
 * @param feedForward channels inside the feed-forward block
 * @param positions   rows of the position table
 * @param types       rows of the token type table
 * @param pad         id of the padding token
 */
public record BertConfig(int vocab, int hidden, int layers, int heads, int feedForward, Activation activation, int positions, int types,
        double epsilon, int pad) {
    private static final int MOST = 1 << 20;

    /** @throws io.vivace.BadCheckpoint if a number is missing or makes no sense */
    public static BertConfig of(Json.ObjectNode config) {
        int vocab = config.integer("vocab", 1, 1 << 24);
        int hidden = config.integer("hidden", 1, MOST), heads = config.integer("heads", 1, 1 << 12);
        if (hidden % heads != 0) throw config.get("hidden").wrong("a multiple of the " + heads + " heads");
        return new BertConfig(vocab, hidden, config.integer("layers", 0, 1 << 12), heads, config.integer("feed_forward", 1, MOST),
                ActivationNames.read(config, "activation"), config.integer("positions", 1, MOST), config.integer("types", 1, MOST),
                config.number("epsilon"), config.integer("pad", 0, vocab - 1));
    }
}
