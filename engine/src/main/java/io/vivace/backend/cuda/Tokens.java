package io.vivace.backend.cuda;

import io.vivace.graph.NextTokens;
import io.vivace.graph.SampleTokens;
import io.vivace.graph.Sampling.Draw;
import io.vivace.graph.Sampling.Probabilities;
import io.vivace.graph.Shape;
import io.vivace.graph.Value;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.TokensKernels;
import java.util.List;

/** Launches of what chooses tokens. Settings and probabilities are float32 whatever the logits are. */
final class Tokens {
    private Tokens() {}

    /** Of any operation that draws from logits. */
    static long scratchBytes(Value logits) {
        return Scratch.COUNTERS + (long) logits.shape().size() * Type.FLOAT32.bytes();
    }

    static List<Launch> of(SampleTokens op, Place logits, Place settings, Place keys, Place step, Place y, Scratch scratch, Alarm alarm) {
        Shape shape = op.logits().shape();
        return shape.size() == 0 ? List.of() : List.of(TokensKernels.sampleTokens(logits.suffix(), Grid.of(shape.rows()), logits.address(),
                settings.address(), keys.address(), step.address(), y.address(), scratch.data(), shape.at(1), shape.last(), alarm.trouble(), alarm.node()));
    }

    static List<Launch> of(NextTokens op, Place logits, Place settings, Place keys, Place step, Place given, Place tokens, Place column,
            int ahead, Place y, Scratch scratch, Alarm alarm) {
        Shape shape = op.logits().shape();
        return shape.size() == 0 ? List.of() : List.of(TokensKernels.nextTokens(logits.suffix(), Grid.of(shape.rows()), logits.address(),
                settings.address(), keys.address(), step.address(), given.address(), tokens.address(), column.address(), ahead, y.address(), scratch.data(),
                shape.at(1), shape.last(), op.tokens().shape().at(1), alarm.trouble(), alarm.node()));
    }

    static List<Launch> of(Probabilities op, Place logits, Place settings, Place y, Alarm alarm) {
        Shape shape = op.shape();
        return shape.size() == 0 ? List.of() : List.of(TokensKernels.probabilities(logits.suffix(), Grid.of(shape.rows()), logits.address(),
                settings.address(), y.address(), shape.at(1), shape.last(), alarm.trouble(), alarm.node()));
    }

    static List<Launch> of(Draw op, Place probabilities, Place keys, Place step, Place y, Alarm alarm) {
        Shape shape = op.probabilities().shape();
        return shape.size() == 0 ? List.of() : List.of(TokensKernels.draw(Grid.of(shape.rows()), probabilities.address(), keys.address(), step.address(),
                y.address(), shape.at(1), shape.last(), alarm.trouble(), alarm.node()));
    }
}
