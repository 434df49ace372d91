package io.vivace.model.musicgen;

import java.util.ArrayList;
import java.util.List;

/**
 * How a clip longer than the decoder's window is composed, as audiocraft does: each window begins a stride after the one
 * before it, and takes what that one knows of it as its prompt.
 *
 * @param frames most frames of one window
 * @param stride frames from the start of a window to the start of the next
 */
record Windows(int frames, int stride) {

    /**
     * @param start  frame of the clip that is the window's first
     * @param prompt frames of the window that are known
     * @param frames frames of the window, the known ones included
     */
    record Window(int start, int prompt, int frames) {}

    /** Windows of this many frames; the original keeps 12 of 30 seconds. */
    static Windows of(int frames) {
        return new Windows(frames, Math.max(1, frames * 3 / 5));
    }

    /**
     * The windows of one clip.
     *
     * @param known frames that are given, less than total
     * @param total frames of the clip
     */
    List<Window> cover(int known, int total) {
        List<Window> windows = new ArrayList<>();
        int start = known < frames ? 0 : known - (frames - stride);
        int end = known;
        while (end < total) {
            Window window = new Window(start, end - start, Math.min(frames, total - start));
            windows.add(window);
            end = window.start + window.frames;
            start += stride;
        }
        return windows;
    }
}
