package io.vivace.model.melody;

import java.util.ArrayList;
import java.util.List;

/**
 * The windows that a clip is composed in. Each keeps what is known or was made before it, and goes on by a chunk; where all fits into one
 * window, there is one. Tokens are counted from the first window's first frame.
 *
 * @param frames  latent frames of the clip
 * @param from    the first frame that is composed
 * @param to      the frame behind the last that is composed
 * @param windows in order
 */
record Course(int frames, int from, int to, List<Window> windows) {

    /**
     * @param start  its first frame in the clip
     * @param length frames
     * @param from   the first frame in the clip that it composes
     * @param to     the frame behind the last that it composes; those outside are kept
     * @param first  its first token
     * @param tokens that it is conditioned on
     */
    record Window(int start, int length, int from, int to, int first, int tokens) {
        /** Tokens that there must be before it. */
        int needs() {
            return first + tokens;
        }
    }

    /** The way through a clip of {@code frames} of which [from, to) are composed. */
    static Course of(SemanticConfig semantic, int frames, int from, int to) {
        int origin = origin(semantic, frames, from, to), made = from;
        List<Window> windows = new ArrayList<>();
        while (made < to) {
            int number = windows.size(), start = origin + number * semantic.chunkFrames();
            int length = Math.min(semantic.windowFrames(), frames - start), end = Math.min(start + length, to), first = semantic.firstToken(number);
            int last = Math.ceilDiv(start + length - origin, semantic.framesPerToken());
            if (end > made) windows.add(new Window(start, length, made, end, first, Math.min(semantic.window(), last - first)));
            made = Math.max(made, end);
        }
        return new Course(frames, from, to, List.copyOf(windows));
    }

    /** The first window's first frame: as much is heard before what is composed as later windows hear; before a gap and behind it alike. */
    private static int origin(SemanticConfig semantic, int frames, int from, int to) {
        int spare = frames - semantic.windowFrames(), context = semantic.windowFrames() - semantic.chunkFrames();
        if (spare <= 0) return 0;
        if (to == frames) return Math.max(0, from - context);
        int gap = Math.min(to - from, semantic.chunkFrames());
        return Math.clamp(from - (semantic.windowFrames() - gap) / 2, 0, spare);
    }

    /** Tokens of the whole way. */
    int tokens() {
        return windows.getLast().needs();
    }
}
