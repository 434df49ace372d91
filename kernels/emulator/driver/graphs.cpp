#include "graphs.h"

namespace driver {

namespace {

// The node types of CUDA for what a step does.
int node_type(Step::Kind kind) {
    switch (kind) {
        case Step::KERNEL: return 0;
        case Step::COPY: return 1;
        case Step::FILL: return 2;
        case Step::HOST: return 3;
        case Step::WAIT: return 6;
        case Step::RECORD: return 7;
        default: return 4;
    }
}

}

EXPORT Result cuStreamBeginCapture_v2(Stream *handle, int mode) {
    return in_context([&] {
        const auto stream = stream_of(handle);
        if (stream == device.legacy_stream) fail(ERROR_STREAM_CAPTURE_UNSUPPORTED, "the default stream cannot be captured");
        if (mode < 0 || mode > 2) fail(ERROR_INVALID_VALUE, "no capture mode: %d", mode);
        if (stream->capture) fail(ERROR_INVALID_VALUE, "the stream is being captured already");
        stream->capture = std::make_shared<Capture>(std::make_shared<Graph>(), stream.get(), mode, std::this_thread::get_id());
        stream->unjoined = false;
    });
}

EXPORT Result cuStreamEndCapture(Stream *handle, Graph **graph) {
    return in_context([&] {
        *graph = nullptr;
        const auto stream = stream_of(handle);
        const auto capture = stream->capture;
        if (!capture) fail(ERROR_INVALID_VALUE, "the stream is not being captured");
        if (capture->origin != stream.get()) fail(ERROR_STREAM_CAPTURE_UNMATCHED, "the capture began in another stream");
        if (capture->mode != 2 && capture->thread != std::this_thread::get_id()) {
            fail(ERROR_STREAM_CAPTURE_WRONG_THREAD, "the capture was begun by another thread");
        }
        bool unjoined = false;
        for (const auto &[other_handle, other] : device.streams) {
            if (other->capture != capture) continue;
            unjoined |= other != stream && other->unjoined;
            other->capture = nullptr;
        }
        capture->over = true;
        if (capture->invalidated) fail(ERROR_STREAM_CAPTURE_INVALIDATED, "the capture has been spoilt by an earlier call");
        if (unjoined) fail(ERROR_STREAM_CAPTURE_UNJOINED, "a stream that joined the capture was not waited for");
        *graph = device.graphs.add(capture->graph);
    });
}

EXPORT Result cuStreamIsCapturing(Stream *handle, int *status) {
    return in_context([&] {
        const auto capture = stream_of(handle)->capture;
        *status = !capture ? 0 : capture->invalidated ? 2 : 1;
    });
}

EXPORT Result cuThreadExchangeStreamCaptureMode(int *) { return ERROR_NOT_SUPPORTED; }

EXPORT Result cuGraphCreate(Graph **handle, unsigned) { return in_context([&] { *handle = device.graphs.add(std::make_shared<Graph>()); }); }

EXPORT Result cuGraphDestroy(Graph *handle) {
    return releasing([&] {
        device.graphs.get(handle, "graph");
        device.graphs.remove(handle);
    });
}

EXPORT Result cuGraphGetNodes(Graph *handle, Step **nodes, size_t *count) {
    return in_context([&] {
        const auto graph = device.graphs.get(handle, "graph");
        const size_t room = *count;
        if (nodes) {
            for (size_t i = 0; i < room; i++) nodes[i] = i < graph->nodes.size() ? &graph->nodes[i] : nullptr;
        }
        if (!nodes || room > graph->nodes.size()) *count = graph->nodes.size();
    });
}

EXPORT Result cuGraphNodeGetType(Step *node, int *type) { return in_context([&] { *type = node_type(node->kind); }); }

EXPORT Result cuGraphInstantiateWithFlags(GraphExec **handle, Graph *graph_handle, unsigned long long) {
    return in_context([&] {
        const auto graph = device.graphs.get(graph_handle, "graph");
        *handle = device.execs.add(std::make_shared<GraphExec>(std::vector<Step>(graph->nodes.begin(), graph->nodes.end())));
    });
}

EXPORT Result cuGraphExecDestroy(GraphExec *handle) {
    return releasing([&] {
        device.execs.get(handle, "executable graph");
        device.execs.remove(handle);
    });
}

EXPORT Result cuGraphUpload(GraphExec *handle, Stream *stream) {
    return in_context([&] {
        device.execs.get(handle, "executable graph");
        stream_of(stream);
    });
}

EXPORT Result cuGraphLaunch(GraphExec *handle, Stream *stream) {
    return in_context([&] {
        const auto exec = device.execs.get(handle, "executable graph");
        device.counts.graph_launches++;
        submit(stream_of(stream), {Step::GRAPH, [exec] {
            for (const Step &step : exec->steps) run(step);
        }});
    });
}

}
