package io.camelsegment.localaws;

import java.util.SortedMap;

/**
 * Counts of the calls of an action since the start or the last {@link CallLog#clear}.
 *
 * @param calls all calls answered
 * @param failedCalls calls answered with an error as a whole
 * @param records records of the calls that did not fail
 * @param refusedRecords records among {@code records} that were refused one by one
 * @param callsByRecords calls that did not fail, counted by their number of records
 */
public record CallStatistics(
        long calls, long failedCalls, long records, long refusedRecords, SortedMap<Integer, Long> callsByRecords) {

    /** Mean number of records of the calls that did not fail; 0 without such calls. */
    public double meanRecords() {
        return calls == failedCalls ? 0 : (double) records / (calls - failedCalls);
    }
}
