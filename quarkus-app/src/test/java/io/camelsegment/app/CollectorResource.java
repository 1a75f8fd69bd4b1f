package io.camelsegment.app;

import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.util.FileUtil;

/**
 * The stand-in for AWS that the app under test delivers to, and settings as a user writes them: four sources, roles
 * with secret IDs, one of which is wrong. A field of type {@link LocalAws} in a test gets the stand-in, one of type
 * {@link Path} the directory of dead letters.
 */
public final class CollectorResource implements QuarkusTestResourceLifecycleManager {

    static final String BASE_ROLE = "arn:aws:iam::123456789012:role/base-role";
    static final String BASE_SECRET_ID = "ws_s3cr3t_base";
    static final String ROLE = "arn:aws:iam::874699288871:role/example-role";
    static final String LAKE_ROLE = "arn:aws:iam::874699288871:role/lake-role";
    static final String SECRET_ID = "ws_s3cr3t_one";
    static final String LAKE_SECRET_ID = "ws_s3cr3t_two";
    static final String WRONG_SECRET_ID = "ws_s3cr3t_wrong";

    private LocalAws aws;
    private Path deadLetters;

    @Override
    public Map<String, String> start() {
        aws = LocalAws.start();
        deadLetters = temporaryDirectory();
        aws.createStream("events", 4);
        for (String stream : new String[] {"new_users", "pages", "tracks", "everything", "optional"}) {
            aws.createDeliveryStream(stream);
        }
        aws.createRole(BASE_ROLE, BASE_SECRET_ID);
        aws.createRole(ROLE, SECRET_ID);
        aws.createRole(LAKE_ROLE, LAKE_SECRET_ID);
        // Who assumes the base role: the first place where AWS's default chain looks.
        System.setProperty("aws.accessKeyId", "AKIATEST");
        System.setProperty("aws.secretAccessKey", "test");

        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("segment.local-aws.enabled", "false");
        settings.put("segment.workspace-id", SECRET_ID);
        settings.put("segment.aws.endpoint-override", aws.endpoint().toString());
        settings.put("segment.aws.base-role-address", BASE_ROLE);
        settings.put("segment.aws.base-secret-id", BASE_SECRET_ID);
        settings.put("segment.sources.web.write-key", "WEB_KEY");
        settings.put("segment.sources.server.write-key", "SERVER_KEY_A, SERVER_KEY_B");
        settings.put("segment.sources.misled.write-key", "MISLED_KEY");

        settings.put("segment.destinations.analytics.type", "kinesis");
        settings.put("segment.destinations.analytics.stream-name", "events");
        settings.put("segment.destinations.analytics.role-address", ROLE);
        settings.put("segment.destinations.analytics.sources", "web,server,mixed");

        settings.put("segment.destinations.lake.type", "firehose");
        settings.put("segment.destinations.lake.role-address", LAKE_ROLE);
        settings.put("segment.destinations.lake.secret-id", LAKE_SECRET_ID);
        settings.put("segment.destinations.lake.sources", "web");
        settings.put("segment.destinations.lake.map.\"user registered\"", "new_users");
        settings.put("segment.destinations.lake.map.page", "pages");
        settings.put("segment.destinations.lake.map.Track", "tracks");
        settings.put("segment.destinations.lake.map.\"*\"", "everything");

        settings.put("segment.sources.mixed.write-key", "MIXED_KEY");
        settings.put("segment.destinations.optional.type", "firehose");
        settings.put("segment.destinations.optional.sources", "mixed");
        settings.put("segment.destinations.optional.map.\"*\"", "optional");
        settings.put("segment.destinations.optional.required", "false");
        settings.put("segment.destinations.optional.dead-letter-uri", "file:" + deadLetters);

        settings.put("segment.destinations.misled.type", "kinesis");
        settings.put("segment.destinations.misled.stream-name", "events");
        settings.put("segment.destinations.misled.role-address", LAKE_ROLE);
        settings.put("segment.destinations.misled.secret-id", WRONG_SECRET_ID);
        settings.put("segment.destinations.misled.sources", "misled");
        return settings;
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("dead-letters");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(deadLetters, new TestInjector.MatchesType(Path.class));
        injector.injectIntoFields(aws, new TestInjector.MatchesType(LocalAws.class));
    }

    @Override
    public void stop() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        aws.close();
        FileUtil.removeDir(deadLetters.toFile());
    }
}
