package io.vivace;

import io.vivace.audio.Clip;
import java.util.List;

/** Hears from a run while it goes on; called on the thread that runs it; must not call the model's runs. */
public interface Listener {

    /** A listener that does not care. */
    Listener NONE = new Listener() {};

    /**
     * Called once a clip, before it is composed, by models that say what they understood.
     *
     * @param clip number of the request, from 0
     */
    default void understood(int clip, List<Trait> traits) {}

    /** Called after each step. */
    default void progress(Progress progress) {}

    /** The next samples of the only request of {@link MusicModel#stream}; the chunks in turn are the whole clip. */
    default void chunk(Clip chunk) {}

    /** Asked before each step; once true, the run ends with {@link Cancelled}. */
    default boolean cancelled() {
        return false;
    }
}
