package io.vivace.converter.recipe;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How one kind of checkpoint becomes a model.
 *
 * @param family  of the model file
 * @param config  canonical, in plain maps, lists, numbers, strings, booleans and nulls
 * @param targets every tensor of the model, in load order
 * @param ignored names of tensors that may be left out: buffers that are computed, towers that are not used
 */
public record Recipe(String family, Map<String, Object> config, List<Target> targets, List<Pattern> ignored) {
    /** Buffers that old versions of transformers and audiocraft wrote beside the weights. */
    static final List<Pattern> BUFFERS =
            List.of(Pattern.compile(".*(embed_positions\\.weights?|position_ids|token_type_ids|inited|cluster_size|embed_avg"
            + "|\\.attn\\.(masked_)?bias|rotary_emb\\.inv_freq)"));

    Recipe(String family, Map<String, Object> config, Targets targets, List<Pattern> ignored) {
        this(family, config, targets.list(), ignored);
    }
}
