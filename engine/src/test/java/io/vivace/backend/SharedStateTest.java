package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import io.vivace.graph.Activation;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Linear;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.Weights;
import org.junit.jupiter.api.Test;

/** What one program leaves in a state, another one of the session reads as it is, however the device stores it. */
class SharedStateTest {
    private static final Weights WEIGHTS = new MemoryWeights().matrix("w", Storage.FLOAT32, 4, 2, 1, 0, 0, 1, 1, 1, 1, -1);

    /** Writes a product, which is narrow where the device computes in bfloat16. */
    private static Graph writer() {
        Graph g = Graph.named("writer");
        var product = g.add(new Linear(g.input("x", DType.FLOAT32, 1, 1, 2), g.weight("w", 4, 2), null, null, Activation.NONE));
        g.add(new Stepwise.Write(g.state("kept", DType.FLOAT32, 1, 1, 4), 1, g.constant(Tensor.of(Shape.of(1), 0)), product));
        return g;
    }

    private static Graph reader() {
        Graph g = Graph.named("reader");
        g.output("y", g.state("kept", DType.FLOAT32, 1, 1, 4).reshape(2, 2).affine(2, 1));
        return g;
    }

    @Test void statesKeepTheirTypes() {
        for (Backend each : Cuda.and(new CpuBackend(1, false), new ReferenceBackend())) {
            try (Backend backend = each; Backend.Session session = backend.open(WEIGHTS)) {
                session.compile(writer()).set("x", Tensor.of(Shape.of(1, 1, 2), 3f, -2f)).run();
                Program reader = session.compile(reader());
                reader.run();
                assertArrayEquals(new float[] {7, -3, 3, 11}, reader.get("y").floats(), backend.description());
            }
        }
    }
}
