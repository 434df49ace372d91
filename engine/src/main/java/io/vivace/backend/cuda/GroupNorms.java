package io.vivace.backend.cuda;

import io.vivace.graph.GroupNorm;
import io.vivace.kernels.Grid;
import io.vivace.kernels.GroupNormKernels;
import io.vivace.kernels.Launch;
import java.util.List;

/**
 * Launches of group normalisation: one where a tile of groups is small enough for every block to read it whole, else two. What decides, and
 * the parts that statistics are summed in, depend on frames, channels and groups only, so that a batch row's bits do not depend on the batch.
 */
final class GroupNorms {
    /** What a block reads whole at most: about 1.2 µs from the L2 cache, as much as the boundary between two kernels takes. */
    private static final int SMALL_BYTES = 128 << 10;
    /** Bytes of a row that a tile covers at least: a sector, where data is read from the cache several times; a line, where from memory once. */
    private static final int SECTOR = 32, LINE = 128;
    /** Blocks of statistics a batch row, at most, and elements of one, at least. */
    private static final int PARTS = 512, PART_ELEMENTS = 8192;
    /** Blocks of 512 threads that reach every multiprocessor of a large device. */
    private static final int WIDE = 132;
    /** Elements that a block writes at least. */
    private static final int WRITTEN = 4096;
    private static final int PARTIAL_BYTES = 2 * Float.BYTES;

    /** How the work is cut: {@code parts} is 0 for one launch. */
    private record Cut(int size, int tile, int tiles, int parts, int framesAPart) {
        static Cut of(GroupNorm op, Type type) {
            int frames = op.shape().at(1), size = op.shape().last() / op.groups();
            int narrow = tile(op, size, type, SECTOR);
            if ((long) frames * narrow * size * type.bytes() <= SMALL_BYTES) return new Cut(size, narrow, Math.ceilDiv(op.groups(), narrow), 0, 0);
            int tile = tile(op, size, type, LINE), tiles = Math.ceilDiv(op.groups(), tile);
            int least = Math.ceilDiv(PART_ELEMENTS, tile * size), most = Math.max(1, PARTS / tiles);
            int framesAPart = Math.max(least, Math.ceilDiv(frames, most));
            return new Cut(size, tile, tiles, Math.ceilDiv(frames, framesAPart), framesAPart);
        }

        private static int tile(GroupNorm op, int size, Type type, int bytes) {
            return Math.min(op.groups(), Math.ceilDiv(bytes, size * type.bytes()));
        }

        /** Frames that a block writes, if so many blocks fill the device. */
        int framesABlock(int frames, int batch, int blocks) {
            int slices = Math.ceilDiv(blocks, tiles * batch), least = Math.ceilDiv(WRITTEN, tile * size);
            return Math.max(Math.min(least, frames), Math.ceilDiv(frames, slices));
        }
    }

    private GroupNorms() {}

    /** For activations of any type. */
    static long scratchBytes(GroupNorm op) {
        return Math.max(scratchBytes(op, Type.FLOAT32), scratchBytes(op, Type.BFLOAT16));
    }

    private static long scratchBytes(GroupNorm op, Type type) {
        int parts = Cut.of(op, type).parts;
        return parts == 0 ? 0 : Scratch.COUNTERS + (long) PARTIAL_BYTES * op.shape().at(0) * op.groups() * parts;
    }

    /** Places of an absent modulation are null. The result must not lie in x's place. */
    static List<Launch> of(GroupNorm op, Place x, Place gamma, Place beta, Place scale, Place shift, Place y, Scratch scratch) {
        if (op.shape().size() == 0) return List.of();
        Cut cut = Cut.of(op, x.type());
        return cut.parts == 0 ? List.of(small(op, cut, x, gamma, beta, scale, shift, y))
                : List.of(moments(op, cut, x, scratch), apply(op, cut, x, gamma, beta, scale, shift, y, scratch));
    }

    private static Launch small(GroupNorm op, Cut cut, Place x, Place gamma, Place beta, Place scale, Place shift, Place y) {
        int batch = op.shape().at(0), frames = op.shape().at(1), stretch = cut.framesABlock(frames, batch, WIDE);
        return GroupNormKernels.groupNormSmall(y.suffix(), Grid.of(cut.tiles, Math.ceilDiv(frames, stretch), batch), x.address(), gamma.address(),
                beta.address(), Place.address(scale), Place.address(shift), y.address(), frames, op.shape().last(), x.stride(), y.stride(),
                Norms.stride(scale), Norms.stride(shift), cut.size, cut.tile, stretch, (float) op.epsilon(), op.activation().ordinal());
    }

    private static Launch moments(GroupNorm op, Cut cut, Place x, Scratch scratch) {
        return GroupNormKernels.groupNormMoments(x.suffix(), Grid.of(cut.tiles, cut.parts, op.shape().at(0)), x.address(), scratch.data(),
                op.shape().at(1), op.shape().last(), x.stride(), cut.size, cut.tile, cut.framesAPart);
    }

    private static Launch apply(GroupNorm op, Cut cut, Place x, Place gamma, Place beta, Place scale, Place shift, Place y, Scratch scratch) {
        int batch = op.shape().at(0), frames = op.shape().at(1), stretch = cut.framesABlock(frames, batch, Norms.FULL);
        return GroupNormKernels.groupNormApply(y.suffix(), Grid.of(cut.tiles, Math.ceilDiv(frames, stretch), batch), x.address(), scratch.data(),
                gamma.address(), beta.address(), Place.address(scale), Place.address(shift), y.address(), frames, op.shape().last(), x.stride(),
                y.stride(), Norms.stride(scale), Norms.stride(shift), cut.size, cut.tile, cut.parts, cut.framesAPart, stretch, (float) op.epsilon(),
                op.activation().ordinal());
    }
}
