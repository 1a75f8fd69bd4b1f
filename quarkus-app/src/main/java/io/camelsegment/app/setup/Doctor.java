package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Destination;
import java.time.Clock;
import java.util.Collection;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * Examines step by step whether AWS lets each destination deliver. It asks STS and IAM, and describes streams where it
 * may; it sends no event. Each question is asked once, whichever destinations need its answer. Thread-safe.
 */
public final class Doctor {

    private final RoleAssumer assumer;
    private final Clock clock;

    /**
     * Creates a doctor.
     *
     * @param assumer the principal that assumes the roles
     * @param clock   compared with the time of AWS's answers
     */
    public Doctor(RoleAssumer assumer, Clock clock) {
        this.assumer = assumer;
        this.clock = clock;
    }

    /**
     * Examines the destinations, with a few calls at a time. Each call takes at most 10 s, and a place that did not
     * answer is not asked again.
     *
     * @return one diagnosis for each, in their order
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    Report examine(Collection<Destination> destinations) {
        if (assumer.credentials() != null) {
            return examine(destinations, assumer);
        }
        // A new one each time: it keeps what it has found, and what it has not found.
        try (DefaultCredentialsProvider chain =
                DefaultCredentialsProvider.builder().build()) {
            return examine(destinations, assumer.with(chain));
        }
    }

    private Report examine(Collection<Destination> destinations, RoleAssumer known) {
        try (Examination examination = new Examination(known, clock)) {
            return examination.of(destinations);
        }
    }
}
