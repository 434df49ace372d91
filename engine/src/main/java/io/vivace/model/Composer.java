package io.vivace.model;

import io.vivace.Composition;
import io.vivace.Listener;
import io.vivace.ModelInfo;
import io.vivace.Plan;
import io.vivace.Report;
import io.vivace.Request;
import java.util.List;

/** A model family at work: requests in, clips out. Not safe for use by several threads at once. */
public interface Composer extends AutoCloseable {

    ModelInfo info();

    /** What these requests need, without running a network. */
    Plan plan(List<Request> requests);

    /** Composes a clip a request. */
    Composition compose(List<Request> requests, Listener listener);

    /** Composes one clip, and gives its samples to the listener as they become known. */
    Report stream(Request request, Listener listener);

    @Override
    void close();
}
