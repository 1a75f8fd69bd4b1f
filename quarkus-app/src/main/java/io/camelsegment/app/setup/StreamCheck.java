package io.camelsegment.app.setup;

import static io.camelsegment.app.setup.Check.Step.STREAM;

import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the doctor found out about a stream.
 *
 * @param check whether it is there and takes records
 * @param key   the customer's key that it is encrypted with; empty if there is none or it is not known
 */
record StreamCheck(Check check, Optional<KmsKey> key) {

    private static final Set<String> TAKES_RECORDS = Set.of("ACTIVE", "UPDATING");

    static StreamCheck byStatus(String stream, String status, String found, Optional<KmsKey> key) {
        Check check = TAKES_RECORDS.contains(status)
                ? Check.pass(STREAM, found)
                : Check.fail(STREAM, found, "wait until it is ACTIVE, or create it again");
        return new StreamCheck(check.about(stream), key);
    }

    private static StreamCheck untold(Check check, DestinationStream stream) {
        return new StreamCheck(check.about(stream.name()), Optional.empty());
    }

    /** Describes streams, where that is allowed. Thread-safe. */
    static final class Examiner {

        private final AwsClients clients;
        private final SilentPlaces silent;

        Examiner(AwsClients clients, SilentPlaces silent) {
            this.clients = clients;
            this.silent = silent;
        }

        StreamCheck examine(DestinationStream stream, RoleSession session) {
            if (session.credentials() == null) {
                return untold(Check.untried(STREAM, session.missingStep()), stream);
            }
            String service = stream.service().word();
            String place =
                    service + " " + stream.aws().region() + " " + stream.aws().endpointOverride();
            if (silent.contains(place)) {
                return untold(Check.unanswered(STREAM, service + " did not answer before"), stream);
            }
            try {
                return stream.service().check(stream, clients, session.credentials());
            } catch (SdkException e) {
                Said said = new Said(e, stream.aws().secretId());
                if (said.isSilence()) {
                    silent.add(place);
                }
                return untold(refused(said, stream, session), stream);
            }
        }

        private static Check refused(Said said, DestinationStream stream, RoleSession session) {
            if (said.isPassing()) {
                return Check.unanswered(STREAM, said);
            }
            if (said.code().equals("ResourceNotFoundException")) {
                return Check.fail(
                        STREAM,
                        "there is none in " + stream.aws().region()
                                + (session.account() == null ? "" : " of account " + session.account()),
                        "create it, or correct the name, the region or the account of the role");
            }
            return Check.unknown(
                    STREAM,
                    said.toString(),
                    said.isDenial()
                            ? "allow " + stream.service().describe()
                                    + " to have it looked at, and its encryption with it"
                            : null);
        }
    }
}
