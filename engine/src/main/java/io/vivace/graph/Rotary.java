package io.vivace.graph;

import java.util.List;

/**
 * Rotary positions, arXiv 2104.09864: the first channels of every head in pairs, each pair turned by an angle that grows with the frame's position;
 * {@code (a, b)} becomes {@code (a·cos − b·sin, b·cos + a·sin)}. Further channels pass.
 *
 * @param x           [batch, frames, heads·size]
 * @param table       [positions, rotated]: the cosines of a position's rotated / 2 angles, then their sines; rotated ≤ size
 * @param position    int32 [1]: that of the first frame; null for 0
 * @param interleaved pairs are neighbours (GPT-J), else channel i of a head has channel i + rotated / 2 (LLaMA)
 */
public record Rotary(Value x, Value table, Value position, int heads, boolean interleaved) implements Fused {
    @Override
    public List<Value> operands() {
        return Operands.present(x, table, position);
    }

    @Override
    public Shape shape() {
        Shape s = Check.frames(this, x), angles = Check.floats(this, table);
        if (position != null) Check.scalar(this, position);
        Check.that(this, heads > 0 && s.last() % heads == 0 && angles.rank() == 2 && angles.at(0) >= s.at(1));
        Check.that(this, angles.last() > 0 && angles.last() % 2 == 0 && angles.last() <= s.last() / heads);
        return s;
    }

    public int size() {
        return x.shape().last() / heads;
    }

    @Override
    public Value decompose(Graph g) {
        Shape s = x.shape();
        int frames = s.at(1), rotated = table.shape().last(), half = rotated / 2;
        Value angles = position == null ? table.slice(0, 0, frames) : g.add(new Stepwise.Window(table, 0, position, frames));
        // [batch, frames, heads, pairs, 2] or [batch, frames, heads, 2, pairs]: the axis of a pair's two channels, and theirs beside it.
        int pair = interleaved ? 4 : 3;
        int[] turned = {s.at(0), frames, heads, interleaved ? half : 2, interleaved ? 2 : half}, alone = turned.clone();
        alone[pair] = 1;
        int[] shared = alone.clone();
        shared[0] = shared[2] = 1;
        Value cos = angles.slice(1, 0, half).reshape(shared), sin = angles.slice(1, half, rotated).reshape(shared);
        Value split = x.reshape(s.at(0), frames, heads, size());
        Value pairs = split.slice(3, 0, rotated).reshape(turned), a = pairs.slice(pair, 0, 1), b = pairs.slice(pair, 1, 2);
        Value first = a.times(cos).minus(b.times(sin)), second = b.times(cos).plus(a.times(sin));
        Value result = g.concat(pair, first, second).reshape(s.at(0), frames, heads, rotated);
        if (rotated < size()) result = g.concat(3, result, split.slice(3, rotated, size()));
        return result.reshape(s.toArray());
    }
}
