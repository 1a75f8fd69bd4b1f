package io.camelsegment.localaws;

import java.nio.charset.StandardCharsets;

/**
 * One record as sent by a caller.
 *
 * @param index its index in the request, from 0
 * @param partitionKey the Kinesis partition key; null in Firehose
 * @param explicitHashKey the hash key that overrides the partition key's, a decimal number; null when not sent
 * @param data the record's bytes, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on uncopied, and not compared
public record PutEntry(int index, String partitionKey, String explicitHashKey, byte[] data) {

    /** The bytes that count against AWS's limits: data and, in UTF-8, the partition key. */
    public int countedBytes() {
        return data.length + utf8Length(partitionKey);
    }

    /** Names the record's index and size, never its contents. */
    @Override
    public String toString() {
        return "PutEntry[" + index + ", " + (data == null ? 0 : data.length) + " bytes]";
    }

    private static int utf8Length(String text) {
        if (text == null) {
            return 0;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }
}
