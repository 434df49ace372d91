package io.vivace.model.melody;

import io.vivace.graph.Value;

/**
 * What the network is evaluated for. With guidance the conditional rows come first and the unconditional rows after them, in one batch.
 */
enum Evaluation {
    CONDITIONAL, UNCONDITIONAL, GUIDED;

    boolean seesTokens() {
        return this != UNCONDITIONAL;
    }

    /** Values of the batch for every row of the network. */
    Value rows(Value batch) {
        return this == GUIDED ? batch.graph().concat(0, batch, batch) : batch;
    }

    /** Those of the rows (or of their parts) that see tokens; null where none does. */
    Value conditional(Value rows) {
        return switch (this) {
            case CONDITIONAL -> rows;
            case UNCONDITIONAL -> null;
            case GUIDED -> rows.slice(0, 0, rows.shape().at(0) / 2);
        };
    }

    /** Those of the rows (or of their parts) that see none; null where all see some. */
    Value unconditional(Value rows) {
        return switch (this) {
            case CONDITIONAL -> null;
            case UNCONDITIONAL -> rows;
            case GUIDED -> rows.slice(0, rows.shape().at(0) / 2, rows.shape().at(0));
        };
    }
}
