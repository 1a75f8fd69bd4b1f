package io.camelsegment.firehose;

import java.util.Arrays;

/** Makes the data of a Firehose record: Firehose joins records as they are, so each must end its own line. */
final class FirehoseLine {

    private FirehoseLine() {}

    /** Returns the bytes with exactly one newline behind them: a new array, or the given one if it ends with a newline. */
    static byte[] of(byte[] json) {
        if (json.length > 0 && json[json.length - 1] == '\n') {
            return json;
        }
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
