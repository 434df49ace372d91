package io.vivace.converter.recipe;

import static io.vivace.converter.recipe.Source.named;

import io.vivace.converter.recipe.Target.Role;
import io.vivace.model.ssm.MixerConfig;
import io.vivace.model.ssm.MixerConfig.Duality;
import io.vivace.model.ssm.MixerConfig.Selective;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of state-space layers: Mamba's and Mamba-2's are called the same by their authors, by transformers, and by who builds on them. */
final class Mixers {
    private Mixers() { }

    static Map<String, Object> config(MixerConfig mixer) {
        var c = new LinkedHashMap<String, Object>();
        c.put("kind", mixer instanceof Selective ? "selective" : "duality");
        c.put("hidden", mixer.hidden());
        c.put("inner", mixer.inner());
        c.put("states", mixer.states());
        c.put("taps", mixer.taps());
        c.put("bias", mixer.bias());
        c.put("convolution_bias", mixer.convolutionBias());
        switch (mixer) {
            case Selective s -> c.put("rank", s.rank());
            case Duality d -> {
                c.put("heads", d.heads());
                c.put("groups", d.groups());
                c.put("least", d.least());
                c.put("most", Double.isInfinite(d.most()) ? null : (Double) d.most());
                c.put("epsilon", d.epsilon());
            }
        }
        return c;
    }

    /**
     * @param layer where they go
     * @param norm  name of the norm before the layer
     * @param from  of the others, with its last dot
     */
    static void targets(Targets t, String layer, MixerConfig m, String norm, String from) {
        t.vector(layer + ".norm", m.hidden(), norm);
        t.matrix(layer + ".in", m.projected(), m.hidden(), from + "in_proj.weight");
        if (m.bias()) t.vector(layer + ".in_bias", m.projected(), from + "in_proj.bias");
        t.add(layer + ".taps", Role.VECTOR, new Source.Depthwise(named(from + "conv1d.weight", m.convolved(), 1, m.taps())), m.taps(), m.convolved());
        if (m.convolutionBias()) t.vector(layer + ".taps_bias", m.convolved(), from + "conv1d.bias");
        switch (m) {
            case Selective s -> {
                t.matrix(layer + ".chosen", s.rank() + 2 * s.states(), s.inner(), from + "x_proj.weight");
                t.matrix(layer + ".steps", s.inner(), s.rank(), from + "dt_proj.weight").vector(layer + ".step_bias", s.inner(), from + "dt_proj.bias");
                rates(t, layer, from, s.inner(), s.states());
                t.vector(layer + ".skip", s.inner(), from + "D");
            }
            case Duality d -> {
                t.vector(layer + ".step_bias", d.heads(), from + "dt_bias");
                rates(t, layer, from, d.heads());
                t.vector(layer + ".skip", d.heads(), from + "D").vector(layer + ".gated_norm", d.inner(), from + "norm.weight");
            }
        }
        t.matrix(layer + ".out", m.hidden(), m.inner(), from + "out_proj.weight");
        if (m.bias()) t.vector(layer + ".out_bias", m.hidden(), from + "out_proj.bias");
    }

    private static void rates(Targets t, String layer, String from, int... dims) {
        t.add(layer + ".rates", Role.VECTOR, new Source.Decay(named(from + "A_log", dims)), dims);
    }
}
