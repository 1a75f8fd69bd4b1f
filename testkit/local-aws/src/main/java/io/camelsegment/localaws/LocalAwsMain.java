package io.camelsegment.localaws;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Runs {@link LocalAws} as a process until it is terminated.
 *
 * <pre>{@code
 * --port 4566 --region us-west-2 --stream events:4 --delivery-stream lake
 * }</pre>
 */
public final class LocalAwsMain {
    static final int DEFAULT_PORT = 4566;

    private static final String USAGE =
            """
            Options, each with one value; those marked * may be repeated:
              --host <address>            address to listen on, default 127.0.0.1
              --port <port>               port to listen on, default 4566; 0 for a free one
              --region <region>           region of the streams below, default us-west-2
              --account-id <id>           12 digits, default 000000000000
              --stream <name>[:<shards>]  a Kinesis stream to create *
              --delivery-stream <name>    a Firehose delivery stream to create *
            """;

    private LocalAwsMain() {}

    /** Starts, prints where everything is, and waits. */
    @SuppressWarnings("SystemOut") // a command line tool
    public static void main(String[] args) throws InterruptedException {
        LocalAws aws;
        try {
            aws = start(List.of(args));
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            System.exit(2);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(aws::close, "local-aws-stop"));
        System.out.println("Local AWS is ready: " + aws.endpoint() + " (region "
                + aws.defaultRegion().name() + ", account " + aws.accountId() + ")");
        aws.defaultRegion()
                .streams()
                .forEach(stream -> System.out.println(
                        "  stream " + stream.name() + ": " + aws.endpoint() + "/kinesis/" + stream.name()));
        aws.defaultRegion()
                .deliveryStreams()
                .forEach(stream -> System.out.println(
                        "  delivery stream " + stream.name() + ": " + aws.endpoint() + "/firehose/" + stream.name()));
        new CountDownLatch(1).await();
    }

    /**
     * Starts with the options of the command line.
     *
     * @throws IllegalArgumentException when an option is unknown or its value is out of range
     */
    static LocalAws start(List<String> args) {
        LocalAws.Builder builder = LocalAws.builder().port(DEFAULT_PORT);
        List<Consumer<LocalAws>> creations = new ArrayList<>();
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            if (!rest.hasNext()) {
                throw new IllegalArgumentException("expected a value after " + option);
            }
            String value = rest.next();
            switch (option) {
                case "--host" -> builder.host(value);
                case "--port" -> builder.port(number(option, value));
                case "--region" -> builder.region(value);
                case "--account-id" -> builder.accountId(value);
                case "--stream" -> creations.add(aws -> createStream(aws, value));
                case "--delivery-stream" -> creations.add(aws -> aws.createDeliveryStream(value));
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        LocalAws aws = builder.start();
        try {
            creations.forEach(creation -> creation.accept(aws));
        } catch (IllegalArgumentException e) {
            aws.close();
            throw e;
        }
        return aws;
    }

    private static void createStream(LocalAws aws, String nameAndShards) {
        int colon = nameAndShards.indexOf(':');
        if (colon < 0) {
            aws.createStream(nameAndShards, 1);
        } else {
            aws.createStream(nameAndShards.substring(0, colon), number("--stream", nameAndShards.substring(colon + 1)));
        }
    }

    private static int number(String option, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number in " + option + ", was " + value, e);
        }
    }
}
