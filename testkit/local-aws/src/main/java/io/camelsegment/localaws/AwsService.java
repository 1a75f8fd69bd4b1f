package io.camelsegment.localaws;

import java.util.Set;

/** One service's actions. */
interface AwsService {

    /** The actions that are known here. */
    Set<String> actions();

    /**
     * Carries out one call.
     *
     * @param caller who calls
     * @param plan the faults that apply to this call; the service applies those on records
     * @throws AwsException the error to answer
     */
    Answer answer(AwsRequest request, Principal caller, FaultPlan plan);
}
