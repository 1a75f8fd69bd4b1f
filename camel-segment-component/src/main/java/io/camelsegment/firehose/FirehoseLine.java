package io.camelsegment.firehose;

import java.util.Arrays;

/** Creates the data of a Firehose record: Firehose joins records as they are, so each must end with a newline. */
final class FirehoseLine {

    private FirehoseLine() {}

    /** Returns the bytes with a newline appended, in a new array; the given array if it already ends with one. */
    static byte[] of(byte[] json) {
        if (json.length > 0 && json[json.length - 1] == '\n') {
            return json;
        }
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
