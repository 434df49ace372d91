package io.vivace.backend;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.backend.reference.ReferenceBackend;
import org.junit.jupiter.api.Nested;

/** Every back end keeps the promises of {@link BackendContract}. */
class BackendTest {

    @Nested
    class Reference extends BackendContract {
        Reference() {
            super(new ReferenceBackend());
        }
    }

    @Nested
    class Vectors extends BackendContract {
        Vectors() {
            super(new CpuBackend(2, false));
        }
    }

    @Nested
    class Scalars extends BackendContract {
        Scalars() {
            super(new CpuBackend(1, true));
        }
    }

    @Nested
    class OnCuda extends BackendContract {
        OnCuda() {
            super(Cuda.open(false));
        }
    }
}
