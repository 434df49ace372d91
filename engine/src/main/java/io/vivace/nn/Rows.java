package io.vivace.nn;

import io.vivace.BadRequest;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;

/** Rows of integers as tensors: token ids and masks. */
public final class Rows {
    private Rows() {}

    /**
     * Rows of equal length as int32 [rows, columns].
     *
     * @param what  what the numbers are, for the message
     * @param limit the numbers must lie in 0 … limit − 1
     * @throws BadRequest if there are no rows or columns, lengths differ, or a number is out of range
     */
    public static Tensor tensor(String what, int[][] rows, int limit) {
        if (rows.length == 0 || rows[0].length == 0) throw new BadRequest("There are no " + what + "; give at least one row of one.");
        int columns = rows[0].length;
        int[] all = new int[Math.multiplyExact(rows.length, columns)];
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].length != columns) {
                throw new BadRequest("Row " + row + " of the " + what + " has " + rows[row].length + " columns, not " + columns
                        + "; pad the rows.");
            }
            for (int column = 0; column < columns; column++) all[row * columns + column] = within(what, rows[row][column], limit);
        }
        return Tensor.of(Shape.of(rows.length, columns), all);
    }

    private static int within(String what, int number, int limit) {
        if (number < 0 || number >= limit) {
            throw new BadRequest("The " + what + " hold " + number + ", but the model knows 0 to " + (limit - 1)
                    + " only; use the model's own tokenizer.");
        }
        return number;
    }
}
