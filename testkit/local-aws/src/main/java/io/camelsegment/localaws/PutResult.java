package io.camelsegment.localaws;

/**
 * Result of one record of a put: stored, with an {@code id}, or refused, with an {@code errorCode}.
 *
 * @param shardId the Kinesis shard, also of a refused record; null in Firehose
 * @param id the sequence number or the Firehose record ID
 */
record PutResult(String shardId, String id, String errorCode, String errorMessage) {

    static PutResult stored(String shardId, String id) {
        return new PutResult(shardId, id, null, null);
    }

    static PutResult refused(String shardId, String errorCode, String errorMessage) {
        return new PutResult(shardId, null, errorCode, errorMessage);
    }

    boolean isRefused() {
        return errorCode != null;
    }

    static int countRefused(Iterable<PutResult> results) {
        int refused = 0;
        for (PutResult result : results) {
            if (result.isRefused()) {
                refused++;
            }
        }
        return refused;
    }
}
