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
 * --kinesis events:4 --firehose new_users --port 4566
 * }</pre>
 */
public final class LocalAwsMain {
    static final int DEFAULT_PORT = 4566;

    private static final String USAGE =
            """
            Usage: java -jar camel-segment-local-aws-<version>-standalone.jar [options]

              --kinesis <name>[:<shards>]  a Kinesis stream to create, default 1 shard; may be repeated
              --firehose <name>            a Firehose delivery stream to create; may be repeated
              --port <port>                port to listen on, default 4566; 0 for a free one
              --host <address>             address to listen on, default 127.0.0.1
              --region <region>            region of the streams, default us-west-2
              --account-id <id>            12 digits, default 000000000000
              --help                       prints this
            """;

    private LocalAwsMain() {}

    /** Starts, prints all addresses, and waits. Exits with status 2 if it cannot follow the arguments. */
    @SuppressWarnings("SystemOut") // a command line tool
    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        LocalAws aws;
        try {
            aws = start(List.of(args));
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
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
     * @throws IllegalArgumentException if an option is unknown or its value is out of range
     */
    static LocalAws start(List<String> args) {
        LocalAws.Builder builder = LocalAws.builder().port(DEFAULT_PORT);
        List<Consumer<LocalAws>> creations = new ArrayList<>();
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--host" -> builder.host(value(option, rest));
                case "--port" -> builder.port(number(option, value(option, rest)));
                case "--region" -> builder.region(value(option, rest));
                case "--account-id" -> builder.accountId(value(option, rest));
                case "--kinesis" -> creations.add(createStream(option, value(option, rest)));
                case "--firehose" -> {
                    String name = value(option, rest);
                    creations.add(aws -> aws.createDeliveryStream(name));
                }
                default ->
                    throw new IllegalArgumentException("expected --kinesis, --firehose, --port, --host, --region, "
                            + "--account-id or --help, was " + option);
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

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("expected a value after " + option);
        }
        return rest.next();
    }

    private static Consumer<LocalAws> createStream(String option, String nameAndShards) {
        int colon = nameAndShards.indexOf(':');
        String name = colon < 0 ? nameAndShards : nameAndShards.substring(0, colon);
        int shards = colon < 0 ? 1 : number(option, nameAndShards.substring(colon + 1));
        return aws -> aws.createStream(name, shards);
    }

    private static int number(String option, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number in " + option + ", was " + value, e);
        }
    }
}
