package io.camelsegment.localaws;

import java.util.SortedMap;

/**
 * Counts of the calls of an action since the start or the last {@link CallLog#clear}.
 *
 * @param calls all calls answered
 * @param failedCalls those answered with an error as a whole
 * @param records the records of the calls that did not fail
 * @param refusedRecords those among {@code records} that were refused one by one
 * @param callsByRecords how many of the calls that did not fail carried how many records
 */
public record CallStatistics(
        long calls, long failedCalls, long records, long refusedRecords, SortedMap<Integer, Long> callsByRecords) {

    /** Mean records of a call that did not fail; 0 without any. */
    public double meanRecords() {
        return calls == failedCalls ? 0 : (double) records / (calls - failedCalls);
    }
}
