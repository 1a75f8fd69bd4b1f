package io.camelsegment.localaws;

import java.util.Set;

/** One service's actions. */
interface AwsService {

    /** The known actions. */
    Set<String> actions();

    /**
     * Executes one call.
     *
     * @param caller the caller
     * @param plan the faults that apply to this call; the service applies those on records
     * @throws AwsException the error to answer
     */
    Answer answer(AwsRequest request, Principal caller, FaultPlan plan);
}
