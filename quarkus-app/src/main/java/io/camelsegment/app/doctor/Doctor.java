package io.camelsegment.app.doctor;

import io.camelsegment.routes.Destination;
import java.time.Clock;
import java.util.Collection;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * Tells of each destination whether AWS lets it deliver, step by step. It asks STS, IAM, and where it may the streams' own
 * description; it sends no event. Each question is asked once, whichever destinations need its answer. Thread-safe.
 */
public final class Doctor {

    private final Caller caller;
    private final Clock clock;

    /**
     * Makes a doctor.
     *
     * @param caller who assumes the roles
     * @param clock  what is compared with the time that AWS tells
     */
    public Doctor(Caller caller, Clock clock) {
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * Examines the destinations, with a few calls at a time. Each call takes at most 10 s, and a place that did not answer is not
     * asked again.
     *
     * @return one diagnosis for each, in their order
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Report examine(Collection<Destination> destinations) {
        if (caller.credentials() != null) {
            return examine(destinations, caller);
        }
        // A new one each time: it keeps what it has found, and what it has not found.
        try (DefaultCredentialsProvider chain =
                DefaultCredentialsProvider.builder().build()) {
            return examine(destinations, caller.with(chain));
        }
    }

    private Report examine(Collection<Destination> destinations, Caller known) {
        try (Examination examination = new Examination(known, clock)) {
            return examination.of(destinations);
        }
    }
}
