package io.vivace.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two kernels that can do the same work agree, on the CUDA back end. */
class TwinsTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void agree(boolean narrow) {
        List<String> wrong = new ArrayList<>();
        try (Backend cuda = Cuda.open(narrow)) {
            for (Twin twin : Twins.all(true)) {
                double error = twin.error(cuda, narrow);
                if (!(error <= twin.tolerance(narrow))) wrong.add(twin.name() + " differ by " + error);
            }
        }
        assertEquals(List.of(), wrong);
    }
}
