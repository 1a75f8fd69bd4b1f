package io.camelsegment.app.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings as they are written, under the names of Segment's settings pages. Nearly everything is optional here, so
 * that {@link Settings} can say what is missing and how to mend it.
 */
@ConfigMapping(prefix = "segment")
public interface SegmentConfig {

    /** Where further settings are read from: a file of properties or YAML. Set by SEGMENT_CONFIG. */
    Optional<String> config();

    /** The secret ID of destinations that name none. */
    Optional<String> workspaceId();

    /** The sources by name. */
    Map<String, SourceConfig> sources();

    AwsConfig aws();

    /** The destinations by name. */
    Map<String, DestinationConfig> destinations();

    /** Whether an event whose messageId a source has delivered before is not delivered again. */
    @WithDefault("true")
    boolean deduplicate();

    LocalAwsConfig localAws();

    ManagementConfig management();

    interface SourceConfig {

        /** A secret; several keys are separated by commas. */
        Optional<String> writeKey();
    }

    interface AwsConfig {

        /** Where all AWS calls go instead of AWS, for destinations that name no place of their own. */
        Optional<String> endpointOverride();

        /** Where roles are assumed, such as at a VPC endpoint. */
        Optional<String> stsEndpointOverride();

        /** A role that is assumed first and then assumes those of the destinations. */
        Optional<String> baseRoleAddress();

        /** The base role's external ID, a secret. */
        Optional<String> baseSecretId();

        /** How long a role's credentials live. */
        Optional<String> sessionDuration();
    }

    interface DestinationConfig {

        /** kinesis or firehose. */
        Optional<String> type();

        Optional<String> region();

        /** Kinesis only: the data stream. */
        Optional<String> streamName();

        Optional<String> roleAddress();

        /** The role's external ID, a secret. */
        Optional<String> secretId();

        /** Kinesis only: whether the partition key is the messageId. */
        Optional<Boolean> useMessageId();

        /** Firehose only: delivery streams by event name, type or {@code *}. */
        Map<String, Optional<List<String>>> map();

        /** Firehose only: all or first. */
        Optional<String> match();

        /** All sources when absent. */
        Optional<List<String>> sources();

        Optional<String> endpointOverride();

        /** Whether senders wait for it; true when absent. */
        Optional<Boolean> required();

        /** A Camel endpoint for what a destination that is not required did not accept. */
        Optional<String> deadLetterUri();
    }

    interface ManagementConfig {

        /** A secret that opens all of the management port from other machines, by HTTP Basic. */
        Optional<String> password();
    }

    interface LocalAwsConfig {

        /** Whether the app runs its own stand-in for AWS and delivers there. */
        @WithDefault("false")
        boolean enabled();

        /** Where the stand-in listens on the loopback interface; 0 for a free port. */
        @WithDefault("4566")
        int port();
    }
}
