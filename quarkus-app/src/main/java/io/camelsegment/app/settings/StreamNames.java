package io.camelsegment.app.settings;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Service;
import io.camelsegment.aws.AwsNames;
import io.camelsegment.aws.StreamArn;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Checks the names and ARNs of a destination's streams.
 *
 * @param service whose streams they are
 * @param aws     how the destination reaches them
 */
record StreamNames(Service service, AwsAccess aws) implements Consumer<String> {

    /**
     * The name of a Kinesis data stream.
     *
     * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html">CreateStream</a>,
     *     read 2026-11-21
     */
    private static final Pattern STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    /**
     * The name of a Firehose delivery stream.
     *
     * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html">
     *     CreateDeliveryStream</a>, read 2026-11-21
     */
    private static final Pattern DELIVERY_STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    /** Parts of an ARN. */
    private static final int PARTITION = 1;

    private static final int ACCOUNT = 4;

    /**
     * A mistake in a stream's name or ARN.
     *
     * @param what what was expected, and what was found
     * @param mend what to do
     */
    record Mistake(String what, String mend) {}

    /**
     * Checks the stream of a row.
     *
     * @throws IllegalArgumentException if its name or ARN has a mistake
     */
    @Override
    public void accept(String stream) {
        mistake(stream).ifPresent(mistake -> {
            throw new IllegalArgumentException(mistake.what() + ": " + mistake.mend());
        });
    }

    /** Checks a stream, given by name or ARN; empty if it is right. */
    Optional<Mistake> mistake(String stream) {
        if (StreamArn.isArn(stream)) {
            return mistakeOfArn(stream);
        }
        return isName(stream)
                ? Optional.empty()
                : Optional.of(new Mistake(
                        "expected names of " + noun() + "s, " + rule() + ", but was " + SettingName.quoted(stream),
                        "set it to the name that the AWS console shows"));
    }

    /** Returns whether a stream may have that name. */
    boolean isName(String name) {
        return (service == Service.KINESIS ? STREAM : DELIVERY_STREAM)
                .matcher(name)
                .matches();
    }

    /** Returns what such a stream is called: a stream, or a delivery stream. */
    String noun() {
        return service == Service.KINESIS ? "stream" : "delivery stream";
    }

    /** Returns what a name may be, for people. */
    String rule() {
        return "1 to " + (service == Service.KINESIS ? 128 : 64) + " letters, digits, '.', '-' and '_'";
    }

    /**
     * Checks an ARN: it must be a stream's, in the region of the destination and in an account that its role reaches.
     *
     * @return empty if it is right
     */
    Optional<Mistake> mistakeOfArn(String stream) {
        Optional<StreamArn> known =
                StreamArn.find(stream).filter(arn -> arn.service().equals(service.word()));
        if (known.isEmpty()) {
            return Optional.of(new Mistake(
                    "expected a name or an ARN such as " + StreamArn.example(service.word()) + ", but was "
                            + SettingName.quoted(stream),
                    "set it to the ARN that the AWS console shows"));
        }
        StreamArn arn = known.get();
        Optional<String[]> role = Optional.ofNullable(aws.roleAddress())
                .filter(address -> AwsNames.ROLE_ADDRESS.matcher(address).matches())
                .map(address -> address.split(":", -1));
        if (!arn.region().equals(aws.region())) {
            return Optional.of(new Mistake(
                    "expected an ARN of the region of the destination, " + aws.region() + ", but was "
                            + SettingName.quoted(stream),
                    "set region to " + arn.region() + " or correct the ARN"));
        }
        if (!arn.isOfPartition()) {
            return Optional.of(new Mistake(
                    "expected an ARN of the partition of its region, but was " + SettingName.quoted(stream),
                    "correct its partition or its region"));
        }
        if (role.isPresent() && !role.get()[PARTITION].equals(arn.partition())) {
            return Optional.of(new Mistake(
                    "expected an ARN of the partition of role-address, but was " + SettingName.quoted(stream),
                    "correct one of them"));
        }
        if (service == Service.FIREHOSE && role.isPresent() && !role.get()[ACCOUNT].equals(arn.account())) {
            return Optional.of(new Mistake(
                    "expected an ARN of the account of role-address, since Firehose takes no ARN, but was "
                            + SettingName.quoted(stream),
                    "set role-address to a role of the stream's account"));
        }
        return Optional.empty();
    }
}
